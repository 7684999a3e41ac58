package io.penstock.oauth.server;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;

/** What is to be known of an authorization server could not be found out. */
public final class Undiscovered extends Exception {

    /** Nobody asks again sooner. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private Undiscovered(String detail, boolean passing) {
        super(detail, null, false, false);
        this.passing = passing;
    }

    /** It will be so until somebody changes something. */
    public static Undiscovered wrong(String detail) {
        return new Undiscovered(detail, false);
    }

    /** It may work later. */
    public static Undiscovered failed(String detail) {
        return new Undiscovered(detail, true);
    }

    /** For whoever calls that gateway; nothing that an upstream or a server wrote is in it. */
    Refusal refusal(String gateway) {
        String detail = "no access token for " + gateway + ": " + getMessage();
        return new Refusal(passing ? new Reason.Unavailable(detail, PAUSE) : new Reason.UpstreamFailed(detail, null));
    }
}
