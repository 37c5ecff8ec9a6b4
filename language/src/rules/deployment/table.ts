/** The rules of the group: name, severity, and what each says. */
export const deploymentTable = {};
