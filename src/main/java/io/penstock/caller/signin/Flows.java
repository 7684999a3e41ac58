package io.penstock.caller.signin;

import reactor.core.publisher.Mono;

/** What was begun in a browser and ends with a provider's answer there. */
interface Flows {

    /** What is begun. Each kind ends its own flows alone. */
    enum Kind {
        SIGN_IN
    }

    /** By what a flow is found again: the state that the provider gives back, and the secret in the browser's cookie. */
    record Ticket(String state, String browser) {

        /** Both are secrets. */
        @Override
        public String toString() {
            return "Ticket";
        }
    }

    /** Keeps a flow for ten minutes. Empty when it is kept. */
    Mono<Void> keep(Kind kind, Ticket ticket, String content);

    /**
     * Ends a flow and gives what was kept, to one who asks. Empty: it never was, is over, was begun in another browser, or is of another kind.
     */
    Mono<String> spend(Kind kind, Ticket ticket);

    /** Removes what nobody came back for. */
    Mono<Void> forget();
}
