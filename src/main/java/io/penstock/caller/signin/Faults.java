package io.penstock.caller.signin;

import io.penstock.egress.Bounded;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What keeps an identity provider from doing its part, as refusals that tell no address. */
final class Faults {

    private Faults() {}

    static Throwable of(Throwable error, String endpoint) {
        return switch (error) {
            case Refusal refusal -> refusal;
            case Bounded.TooLarge large ->
                failed(String.valueOf(large.getMessage()).replaceFirst("^it ", ""), endpoint);
            case TimeoutException _ ->
                new Refusal(
                        new Reason.UpstreamTimedOut("The identity provider's " + endpoint + " did not answer in time"));
            default -> failed("could not be reached, or broke off", endpoint);
        };
    }

    static Refusal failed(String what, @Nullable String endpoint) {
        return new Refusal(new Reason.UpstreamFailed(
                "The identity provider" + (endpoint == null ? " " : "'s " + endpoint + " ") + what, null));
    }
}
