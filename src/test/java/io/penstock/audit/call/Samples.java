package io.penstock.audit.call;

import io.penstock.audit.Trail.Outcome;
import java.net.InetAddress;
import java.time.Instant;
import reactor.core.publisher.Mono;

/** Calls to count. */
final class Samples {

    static final Instant HOUR = Instant.parse("2026-11-27T10:00:00Z");

    private Samples() {}

    static CallKey key(String user, String tool) {
        return new CallKey(
                HOUR,
                user,
                "jwt",
                "d1",
                InetAddress.getLoopbackAddress(),
                "curl/8",
                "gateway",
                "g1",
                "tools/call",
                tool,
                Outcome.SUCCESS,
                "");
    }

    static Tally tally(CallKey key) {
        return new Tally(key, "{}", Mono.just("allowed"), HOUR.toEpochMilli());
    }
}
