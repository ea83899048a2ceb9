// The order in which the collection's requests make sense, one row per operation of the description:
// [operation, {body, keep, until}].
//   body   what replaces the example's members
//   keep   variables for later requests, taken from the answer: {variable: member}
//   until  an expression over `pm` and the answer; the request is repeated until it holds
'use strict';

module.exports.walk = [
  ['health'],
  ['readiness'],
  ['openapiDocument'],
  ['apiDocs'],

  ['signIn', { body: { login: '{{login}}', password: '{{password}}' } }],
  ['showMe'],
  ['issueMyToken', { keep: { token: 'id' } }],
  ['listMyTokens'],
  ['revokeMyToken'],
  ['signOut'],

  ['listTemplates'],
  ['createTemplate', { body: { name: 'Made by the walk' }, keep: { template: 'id' } }],
  ['showTemplate'],
  ['changeTemplate'],
  ['listAllTemplates'],

  ['listNodes'],
  ['showNode'],
  ['changeNode'],
  ['beginMaintenance'],
  ['returnNode'],
  ['beginDrain'],
  ['removeNode'],
  ['registerNode', { body: { name: '{{node}}' } }],

  ['createUser', { keep: { user: 'id' } }],
  ['showUser'],
  ['changeUser'],
  ['setUserPassword', { body: { new: 'another longer secret' } }],
  ['listUsers'],

  ['launchSession', { body: { session_type: 'persistent' }, keep: { session: 'id' } }],
  ['showSession', { until: 'answer.status === "active"' }],
  ['listMySessions'],
  ['listAllSessions'],
  ['explainPlacement'],
  ['openDesktop'],
  ['extendSession'],
  ['showHistory'],
  ['endSession'],
  ['discardVm', { until: 'pm.response.code !== 409' }],
  ['endAnySession'],

  ['showReconciliation'],
  ['reconcileNow'],
  ['readAudit'],
  ['listEventTypes'],
  ['showStateAsOf'],
  ['verifyLog'],
  ['exportLog'],
  ['scrapeMetrics'],
  ['changeMyPassword', { body: { current: '{{password}}' } }],
];

// A stream has no end, and a collection waits for the end of every answer.
module.exports.leftOut = ['followEvents'];
