/** Key in the session's storage: the bulk return that was confirmed in this tab a moment ago. */
export const CONFIRMED = 'slipway-confirmed-return'
