package io.penstock.egress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.ConnectException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a connection that the policy forbids: the operator reads it in the log, once a minute for a host, and a caller gets the
 * same error as from a host that refuses, so that the gateway is no port scanner.
 */
final class Denials {

    private static final Logger LOG = LoggerFactory.getLogger(Denials.class);

    private final Cache<String, Boolean> said = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();
    private final Counter denied;

    Denials(MeterRegistry meters) {
        this.denied = Counter.builder("penstock.egress.denied")
                .description("Connections that the destination policy forbade")
                .register(meters);
    }

    ConnectException denied(String host, int port) {
        denied.increment();
        if (said.asMap().putIfAbsent(host + ":" + port, true) == null) {
            LOG.warn(
                    "No connection to {}:{}: it stands for no address that UPSTREAM_ALLOWED_CIDRS and UPSTREAM_ALLOWED_HOSTS allow",
                    host,
                    port);
        }
        return new ConnectException("connection refused");
    }
}
