package io.penstock.caller.flow;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import reactor.core.publisher.Mono;

/** What was begun in a browser and ends with an authorization server's answer there. */
public interface Flows {

    /** What is begun. Each kind ends its own flows alone. */
    enum Kind {
        /** Somebody signs in here with an identity provider. */
        SIGN_IN,
        /** Somebody agrees that their calls to an upstream use their account there. */
        CONNECT
    }

    /** How long a flow that was begun may take, in seconds. */
    long SECONDS = 600;

    /** By what a flow is found again: the state that the provider gives back, and the secret in the browser's cookie. */
    record Ticket(String state, String browser) {

        /** One of a flow that is to begin. */
        public static Ticket fresh() {
            return new Ticket(Randoms.next(), Randoms.next());
        }

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

    /** The kind of the flow that has that state. Empty: it never was, or is over. Only {@link #spend} says whose it is. */
    Mono<Kind> kind(String state);

    /** Removes what nobody came back for. */
    Mono<Void> forget();

    /** For whoever comes back without a flow of theirs. */
    static Refusal notBegun() {
        return new Refusal(
                new Reason.Malformed(
                        "This browser began nothing that this would end, or more than ten minutes ago, or it has ended: begin again"));
    }
}
