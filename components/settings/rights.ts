/** What the actor may do with members: `everywhere` for acts on the person, teams where roles may be given. */
export interface Rights {
  everywhere: boolean
  allTeams: boolean
  teams: { id: string; name: string }[]
  environments: { id: string; name: string }[]
  endsExample: boolean
}
