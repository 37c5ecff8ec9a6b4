/** The user and the group of a service in its container. Nobody on the host has the number: those from 10000 on are free by custom. */
export const containerUser = 10001;
