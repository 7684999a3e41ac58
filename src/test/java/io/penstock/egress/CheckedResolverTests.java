package io.penstock.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's own database is no upstream, whatever it is called. */
class CheckedResolverTests {

    private static final EventExecutor EXECUTOR = ImmediateEventExecutor.INSTANCE;

    private final Map<String, String> names = new HashMap<>(Map.of(
            "db.internal", "10.0.0.9",
            "alias.example.com", "10.0.0.9",
            "mcp.example.com", "10.0.0.8"));

    private boolean reaches(String database, String host, int port) {
        var policy = new Policy(List.of(), List.of(), List.of(), new OwnAddresses("", database));
        var resolver = new CheckedResolver(
                EXECUTOR,
                new InetSocketAddressResolver(EXECUTOR, new Names()),
                policy,
                new Denials(new SimpleMeterRegistry()));
        return resolver.resolveAll(InetSocketAddress.createUnresolved(host, port))
                .isSuccess();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:postgresql://penstock:p@db.internal/penstock",
                "postgres://penstock:p@db.internal/penstock",
                "postgresql://penstock:p@db.internal:5432/penstock"
            })
    void isNotReachedByAnotherNameOrByItsAddress(String database) {
        assertThat(reaches(database, "db.internal", 5432)).isFalse();
        assertThat(reaches(database, "alias.example.com", 5432)).isFalse();
        assertThat(reaches(database, "10.0.0.9", 5432)).isFalse();
        assertThat(reaches(database, "alias.example.com", 443)).isTrue();
        assertThat(reaches(database, "mcp.example.com", 5432)).isTrue();
    }

    @Test
    void isNotReachedByAnotherSpellingOfItsAddress() {
        String database = "postgresql://penstock:p@[2001:db8::9]/penstock";
        names.put("alias.example.com", "2001:db8:0:0:0:0:0:9");

        assertThat(reaches(database, "alias.example.com", 5432)).isFalse();
        assertThat(reaches(database, "mcp.example.com", 5432)).isTrue();
    }

    @Test
    void mayBeAnywhereAtItsPortWhileItsNameIsNowhere() {
        names.remove("db.internal");

        assertThat(reaches("postgresql://penstock:p@db.internal/penstock", "alias.example.com", 5432))
                .isFalse();
        assertThat(reaches("postgresql://penstock:p@db.internal/penstock", "alias.example.com", 443))
                .isTrue();
    }

    private final class Names extends InetNameResolver {

        Names() {
            super(EXECUTOR);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
            String address = names.getOrDefault(name, name);
            try {
                if (address.endsWith("internal")) {
                    throw new UnknownHostException(name);
                }
                promise.setSuccess(List.of(PolicyTests.at(address)));
            } catch (UnknownHostException e) {
                promise.setFailure(e);
            }
        }
    }
}
