/** Bytes of one message of an answer at most, where nobody says otherwise: what every gRPC client takes by default. */
export const MOST_ANSWERED = 4 * 1024 * 1024;
