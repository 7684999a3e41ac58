package io.penstock.caller.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.caller.Callers;
import io.penstock.caller.Directory;
import io.penstock.caller.EmptyDirectory;
import io.penstock.caller.SignIns;
import io.penstock.caller.TrustedIssuers;
import io.penstock.egress.Destinations;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Revocations;
import io.penstock.store.StillChanges;
import io.penstock.vault.Secret;
import io.penstock.wire.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The operator's settings, by their environment names, as the application's configuration file maps them. */
class JwtWiringTests {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withBean(Changes.class, StillChanges::new)
            .withUserConfiguration(Parts.class);

    @Test
    void aTokenOfTheCommandIsTakenByAGatewayWithTheSameSettings() {
        String token = TokenMint.of("HS384", new Secret(Tokens.SECRET), null)
                .mint(new TokenMint.Grant(
                        "i", "a", "Admin@example.com", Duration.ofMinutes(5), true, List.of("t"), null));

        application
                .withPropertyValues(
                        "JWT_SECRET_KEY=" + Tokens.SECRET, "JWT_ALGORITHM=HS384", "JWT_ISSUER=i", "JWT_AUDIENCE=a")
                .run(context -> StepVerifier.create(
                                context.getBean(Callers.class).identify(Tokens.bearer(token)))
                        .assertNext(caller -> {
                            assertThat(caller.user()).isEqualTo("admin@example.com");
                            assertThat(caller.admin()).isTrue();
                            assertThat(caller.teams()).containsExactly("t");
                            assertThat(caller.scopes()).isNull();
                        })
                        .verifyComplete());
    }

    @Test
    void aMissingOrWeakSecretStopsTheStart() {
        application.run(context -> stopped(context, "JWT_SECRET_KEY"));
        application.withPropertyValues("JWT_SECRET_KEY=my-test-key").run(context -> stopped(context, "JWT_SECRET_KEY"));
    }

    @Test
    void eachTrustedIssuersKeysAreReadByARoundOfTheirOwn() {
        application
                .withPropertyValues(
                        "penstock.jwt.issuers[0].issuer=https://a.example.com",
                        "penstock.jwt.issuers[0].jwks-url=https://a.example.com/jwks",
                        "penstock.jwt.issuers[0].claims=is_admin,teams",
                        "penstock.jwt.issuers[1].issuer=https://b.example.com",
                        "penstock.jwt.issuers[1].jwks-url=https://b.example.com/jwks",
                        "penstock.jwt.issuers[1].algorithms=ES256")
                .run(context -> assertThat(context.getBean(Recorded.class).names)
                        .containsExactly("keys of https://a.example.com", "keys of https://b.example.com"));
    }

    @Test
    void issuersThatAreUrlsAreServersThatClientsCanGoTo() {
        application
                .withPropertyValues("JWT_SECRET_KEY=" + Tokens.SECRET)
                .run(context -> assertThat(context.getBean(TrustedIssuers.class).authorizationServers())
                        .isEmpty());
        application
                .withPropertyValues(
                        "JWT_ISSUER=https://own.example.com",
                        "JWT_JWKS_URL=https://own.example.com/jwks",
                        "penstock.jwt.issuers[0].issuer=https://a.example.com",
                        "penstock.jwt.issuers[0].jwks-url=https://a.example.com/jwks")
                .run(context -> assertThat(context.getBean(TrustedIssuers.class).authorizationServers())
                        .containsExactly("https://own.example.com", "https://a.example.com"));
    }

    @Test
    void theAllowListsAreReadFromTheirNames() {
        application
                .withPropertyValues(
                        "JWT_SECRET_KEY=" + Tokens.SECRET,
                        "UPSTREAM_ALLOWED_CIDRS=10.0.0.0/8, 127.0.0.0/8",
                        "UPSTREAM_ALLOWED_HOSTS=mcp.example.com,localhost")
                .run(context -> {
                    Destinations destinations = context.getBean(Destinations.class);
                    assertThat(destinations.check("http://127.0.0.1:3000/mcp").getPort())
                            .isEqualTo(3000);
                    assertThat(destinations.check("https://mcp.example.com/mcp").getPort())
                            .isEqualTo(-1);
                    assertThatThrownBy(() -> destinations.check("http://192.168.1.1/mcp"))
                            .isInstanceOf(Refusal.class);
                });
    }

    @Test
    void aRangeThatIsNoneStopsTheStart() {
        application
                .withPropertyValues("JWT_SECRET_KEY=" + Tokens.SECRET, "UPSTREAM_ALLOWED_CIDRS=10.0.0.0/99")
                .run(context -> stopped(context, "UPSTREAM_ALLOWED_CIDRS"));
    }

    private static void stopped(AssertableApplicationContext context, String setting) {
        assertThat(context.getStartupFailure())
                .rootCause()
                .isInstanceOfSatisfying(
                        InvalidConfigurationPropertyValueException.class,
                        error -> assertThat(error.getName()).isEqualTo(setting));
    }

    /** The rounds that were asked for. */
    static final class Recorded implements Rounds {

        private final List<String> names = new ArrayList<>();

        @Override
        public void repeat(String name, Duration pause, Mono<Void> round) {
            names.add(name);
        }

        @Override
        public <T> Mono<T> detach(String name, Mono<T> work) {
            return work;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ComponentScan(
            basePackages = {"io.penstock.egress", "io.penstock.caller"},
            // what browsers have are rows
            excludeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = "io\\.penstock\\.caller\\.(flow|session)\\..*"))
    static class Parts {

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Directory directory() {
            return new EmptyDirectory();
        }

        @Bean
        SignIns signIns() {
            return user -> 0;
        }

        @Bean
        Recorded rounds() {
            return new Recorded();
        }

        @Bean
        Revocations revocations() {
            return new Revocations() {
                @Override
                public boolean revoked(String digest) {
                    return false;
                }

                @Override
                public Mono<Void> revoke(String digest, Instant until) {
                    return Mono.empty();
                }
            };
        }
    }
}
