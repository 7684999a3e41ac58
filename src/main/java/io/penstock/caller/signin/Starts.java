package io.penstock.caller.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How many sign-ins each address began within a minute: each is a row, and anybody may begin one. */
final class Starts {

    static final int MOST = 60;

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 100_000;

    private final Cache<String, AtomicInteger> begun = Caffeine.newBuilder()
            .expireAfterWrite(WINDOW)
            .maximumSize(MOST_ADDRESSES)
            .build();

    /** @throws Refusal {@code TooMany} */
    void count(String address) {
        if (begun.get(address, _ -> new AtomicInteger()).incrementAndGet() > MOST) {
            throw new Refusal(
                    new Reason.TooMany("Too many sign-ins were begun from this address: wait a minute", WINDOW));
        }
    }
}
