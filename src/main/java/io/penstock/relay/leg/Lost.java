package io.penstock.relay.leg;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;

/** An upstream's session that is no more, and in which nothing was carried out. */
final class Lost {

    private Lost() {}

    static Refusal session() {
        return new Refusal(new Reason.SessionEnded("The upstream has ended the session; start a new one"));
    }

    static boolean is(Throwable error) {
        return error instanceof Refusal refusal && refusal.reason() instanceof Reason.SessionEnded;
    }
}
