import { Granted, roleKept } from './target-role.fixture'

roleKept(new Granted('deploy/target-cluster-kserve', 'kserve'))
