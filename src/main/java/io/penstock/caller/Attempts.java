package io.penstock.caller;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How often each address tried something within the minute that its first try began. Those of one IPv6 network count as one. */
public final class Attempts {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 100_000;
    private static final int NETWORK_GROUPS = 4;

    private final Cache<String, AtomicInteger> tried = Caffeine.newBuilder()
            .executor(Runnable::run)
            .expireAfterWrite(WINDOW)
            .maximumSize(MOST_ADDRESSES)
            .build();

    private final int most;
    private final String tooMany;

    /**
     * A count of its own.
     *
     * @param tooMany what was done too often: {@code Too many sign-ins were tried from this address}
     */
    public Attempts(int most, String tooMany) {
        this.most = most;
        this.tooMany = tooMany;
    }

    /**
     * Counts one more.
     *
     * @throws Refusal {@code TooMany}
     */
    public void count(String address) {
        if (tried.get(network(address), _ -> new AtomicInteger()).incrementAndGet() > most) {
            throw new Refusal(new Reason.TooMany(tooMany + ": wait a minute", WINDOW));
        }
    }

    /** Java writes IPv6 addresses with all their groups. */
    private static String network(String address) {
        String[] groups = address.split(":", -1);
        return groups.length <= NETWORK_GROUPS
                ? address
                : String.join(":", java.util.List.of(groups).subList(0, NETWORK_GROUPS));
    }
}
