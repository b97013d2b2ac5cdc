'use server'

import { act } from '@/lib/auth/session'
import { addCluster, editCluster, probeCluster, removeCluster, renewIdentity } from './commands'

export const addClusterAction = async (input: unknown) => act(addCluster, input)
export const editClusterAction = async (input: unknown) => act(editCluster, input)
export const probeClusterAction = async (input: unknown) => act(probeCluster, input)
export const renewIdentityAction = async (input: unknown) => act(renewIdentity, input)
export const removeClusterAction = async (input: unknown) => act(removeCluster, input)
