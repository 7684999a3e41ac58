package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.audit.Trail;
import io.penstock.audit.Trails;
import io.penstock.caller.Callers;
import io.penstock.catalog.DriftPolicy;
import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.Features;
import io.penstock.catalog.Filter;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.Gateways;
import io.penstock.catalog.Transport;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.Viewer;
import io.penstock.catalog.Visibility;
import io.penstock.credential.AccessTokens;
import io.penstock.dev.SampleServer;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.bulkhead.BulkheadSettings;
import io.penstock.relay.leg.Prelude;
import io.penstock.vault.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Health over a real database, and with a real server made with the MCP Java SDK that wants a credential. */
@SpringBootTest(
        classes = HealthIT.Slice.class,
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            "DATA_DIR=target/health-it/${random.uuid}",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "UPSTREAM_ALLOWED_HOSTS=localhost",
            "UPSTREAM_ALLOWED_CIDRS=127.0.0.0/8,::1/128"
        })
class HealthIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Filter EVERYTHING = new Filter(null, null, null, null, null, null, null, null, null);

    private static SampleServer server;

    @Autowired
    private Gateways gateways;

    @Autowired
    private Features features;

    /** What health needs of the application, without its edges. */
    @EnableAutoConfiguration
    @ComponentScan(
            basePackages = {
                "io.penstock.access",
                "io.penstock.catalog",
                "io.penstock.credential",
                "io.penstock.egress",
                "io.penstock.health",
                "io.penstock.loop",
                "io.penstock.relay.breaker",
                "io.penstock.relay.bulkhead",
                "io.penstock.relay.dialogue",
                "io.penstock.relay.elsewhere",
                "io.penstock.relay.leg",
                "io.penstock.relay.line",
                "io.penstock.store",
                "io.penstock.vault"
            },
            // what callers may ask for is their edges' matter
            excludeFilters =
                    @ComponentScan.Filter(type = FilterType.REGEX, pattern = "io\\.penstock\\.access\\.limit\\..*"))
    @EnableConfigurationProperties({RelaySettings.class, BulkheadSettings.class})
    static class Slice {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        @Bean
        Prelude nothingIsSaidAgain() {
            return (_, _, _) -> Flux.empty();
        }

        @Bean
        Trail trail() {
            return Trails.broken();
        }

        @Bean
        Callers callers() {
            return _ -> Mono.error(new AssertionError("Nobody calls here"));
        }

        @Bean
        AccessTokens tokens() {
            return (_, _) -> {
                throw new AssertionError("No upstream here wants one");
            };
        }
    }

    @BeforeAll
    static void start() throws IOException {
        server = SampleServer.start(0, Set.of("sesame"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private Gateway register(String name, String path, String token) {
        var draft = new Gateways.Draft(
                name,
                URI.create(server.url(path)),
                null,
                Transport.AUTO,
                new UpstreamAuth.Bearer(new Secret(token)),
                Visibility.PUBLIC,
                null,
                List.of(),
                List.of(),
                null,
                DriftPolicy.WARN,
                false,
                null);
        return gateways.create(draft, "ada@example.com").block(LONG);
    }

    private Gateway.Status awaitStatus(UUID id, boolean healthy) {
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(status(id).condition().healthy()).isEqualTo(healthy));
        return status(id);
    }

    private Gateway.Status status(UUID id) {
        return gateways.find(id).block(LONG).status();
    }

    @Test
    void aRegisteredGatewayIsCheckedAndReadWithoutAnybodyAsking() {
        for (String path : new String[] {"/mcp", "/sse"}) {
            var id = register("well " + path.substring(1), path, "sesame").id();

            var status = awaitStatus(id, true);
            assertThat(status.condition().transportInUse()).isEqualTo(path.equals("/sse") ? "sse" : "streamable_http");
            assertThat(status.condition().lastError()).isNull();
            await().atMost(LONG).until(() -> status(id).discoveredAt() != null);
            var echo = features.list(Kind.TOOL, new Viewer(true, "", Set.of()), EVERYTHING, 100, null)
                    .filter(tool -> tool.gateway().id().equals(id))
                    .filter(tool -> tool.originalName().equals("echo"))
                    .collectList()
                    .block(LONG);
            assertThat(echo).hasSize(1);
            assertThat(gateways.events(id, 10, null)
                            .map(GatewayEvent::kind)
                            .collectList()
                            .block(LONG))
                    .contains(GatewayEvent.Kind.HEALTH, GatewayEvent.Kind.REFRESH);
        }
    }

    @Test
    void aRefusedCredentialShowsWithTheFieldToLookAt() {
        var status = awaitStatus(register("ill", "/mcp", "wrong").id(), false);

        assertThat(status.condition().lastError())
                .isEqualTo("upstream answered 401 to server/discover: check auth_token");
        assertThat(status.discoveredAt()).isNull();
    }
}
