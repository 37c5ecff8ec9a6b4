export { gatewayDefinition } from './gateway.ts';
export { serviceDefinition } from './service.ts';
