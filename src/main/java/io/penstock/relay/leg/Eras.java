package io.penstock.relay.leg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.Transport;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which eras to try with a gateway and in which order: what was seen last comes first. */
final class Eras {

    private static final Duration GOOD_FOR = Duration.ofMinutes(10);
    private static final int KEPT = 10_000;

    private record Key(UUID gateway, long version) {
        static Key of(Gateway gateway) {
            return new Key(gateway.id(), gateway.version());
        }
    }

    private final Cache<Key, Era> seen;

    Eras(Ticker ticker) {
        seen = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(KEPT)
                .expireAfterWrite(GOOD_FOR)
                .ticker(ticker)
                .build();
    }

    /** Those that its transport allows, never none. */
    List<Era> of(Gateway gateway) {
        var allowed = allowed(gateway.transport());
        Era own = seen.getIfPresent(Key.of(gateway));
        Era last = own == null ? last(gateway.status().condition()) : own;
        return last == null || !allowed.contains(last)
                ? allowed
                : Stream.concat(Stream.of(last), allowed.stream().filter(era -> era != last))
                        .toList();
    }

    /** Remembers for ten minutes what a gateway speaks. */
    void saw(Gateway gateway, Era era) {
        seen.put(Key.of(gateway), era);
    }

    void forget(Gateway gateway) {
        seen.invalidate(Key.of(gateway));
    }

    private static List<Era> allowed(Transport transport) {
        return switch (transport) {
            case AUTO -> List.of(Era.STATELESS, Era.SESSIONS, Era.HTTP_SSE);
            case STREAMABLEHTTP -> List.of(Era.STATELESS, Era.SESSIONS);
            case SSE -> List.of(Era.HTTP_SSE);
        };
    }

    private static @Nullable Era last(Gateway.Condition condition) {
        if ("sse".equals(condition.transportInUse())) {
            return Era.HTTP_SSE;
        }
        String text = condition.protocolVersion();
        var version = text == null ? null : ProtocolVersion.find(text);
        if (version == null) {
            return null;
        }
        return version.era() == Era.STATELESS ? Era.STATELESS : Era.SESSIONS;
    }
}
