export { startAppProcess, type AppProcess } from './app-process.ts';
export { eventually } from './eventually.ts';
export { httpProxy, type Answering, type HttpProxy, type ProxiedRequest, type ProxyAnswer } from './http-proxy.ts';
export { launchStack, type LaunchedStack, type ServerName } from './launch-stack.ts';
export { serverAddresses } from './server-addresses.ts';
export { testContract, type TestEvent } from './test-event.ts';
export { torturedLogs, type TorturedLogs } from './tortured-logs.ts';
export { tailCampaign, type TailCampaign } from './tail-campaign.ts';
