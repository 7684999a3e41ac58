package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.caller.Caller;
import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.Features.Discovered;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.relay.Dialogues;
import io.penstock.relay.breaker.SomeBreakers;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Upstreams that are called in each user's own name, and answer nobody else. */
@ExtendWith(OutputCaptureExtension.class)
class PerUserHealthTests {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Caller ANN =
            new Caller("ann@example.com", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX);

    private final MemoryStore store = new MemoryStore();
    private final Gateway gateway =
            store.add(SampleGateways.at(URI.create("http://localhost/mcp"), Transport.AUTO, "oauth"));
    private final List<String> named = new ArrayList<>();

    private Reason refusal = new Reason.UpstreamFailed("upstream answered 401 to initialize", 401);

    private @Nullable RuntimeException bug;

    private DialogueHealth health() {
        var prognosis = new Prognosis(PrognosisTests.SETTINGS, () -> 0);
        var chart = new Chart(store.gateways(), prognosis);
        var dialogues = new Dialogues() {
            @Override
            public <T> Mono<T> hold(Gateway asked, Function<Dialogue, Mono<T>> talk) {
                return Mono.error(new Refusal(refusal));
            }

            @Override
            public <T> Mono<T> hold(Gateway asked, Caller sender, Function<Dialogue, Mono<T>> talk) {
                named.add(sender.user());
                return bug == null ? talk.apply(speaking()) : Mono.error(bug);
            }
        };
        return new DialogueHealth(
                dialogues,
                store.features(),
                chart,
                new Stocktaking(LONG),
                DialogueHealthTests.ROUNDS,
                SomeBreakers.patient());
    }

    private static Dialogues.Dialogue speaking() {
        return new Dialogues.Dialogue() {
            @Override
            public Dialogues.Greeting greeting() {
                return new Dialogues.Greeting("2025-11-25", "streamable_http", DialogueHealthTests.ALL, null);
            }

            @Override
            public Mono<String> request(String method, String params) {
                return DialogueHealthTests.listed(method);
            }
        };
    }

    private Gateway checked() {
        return Objects.requireNonNull(health().check(gateway).block(LONG));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void oneThatWantsAUserIsThere(int status) {
        refusal = new Reason.UpstreamFailed("upstream answered " + status + " to initialize", status);

        var seen = checked().status();

        assertThat(seen.condition().healthy()).isTrue();
        assertThat(seen.condition().lastError()).isNull();
        assertThat(seen.lastSeenAt()).isEqualTo(MemoryStore.NOW);
        assertThat(named).isEmpty();
    }

    @Test
    void oneThatDoesNotAnswerIsDown() {
        refusal = new Reason.UpstreamFailed("could not connect", null);

        assertThat(checked().status().condition().healthy()).isFalse();
    }

    @Test
    void oneThatTheGatewayItselfHasACredentialForIsDownWhereThatIsRefused() {
        var other = store.add(SampleGateways.at(URI.create("http://localhost/other"), Transport.AUTO, "bearer"));

        assertThat(Objects.requireNonNull(health().check(other).block(LONG))
                        .status()
                        .condition()
                        .healthy())
                .isFalse();
    }

    @Test
    void theGatewayReadsNothingByItselfAndTakesNothingAway() {
        store.offered.put(Kind.TOOL, List.of(new Discovered("known", "{}")));

        var found = Objects.requireNonNull(health().discover(checked()).block(LONG));

        assertThat(found.tools().removed()).isZero();
        assertThat(store.offered.get(Kind.TOOL)).hasSize(1);
        assertThat(named).isEmpty();
        assertThat(store.rows.get(gateway.id()).status().condition().healthy()).isTrue();
    }

    @Test
    void whoAsksForItReadsItInTheirOwnName() {
        var found = Objects.requireNonNull(health().discover(gateway, ANN).block(LONG));

        assertThat(found.tools().added()).isEqualTo(1);
        assertThat(store.offered.get(Kind.RESOURCE)).hasSize(1);
        assertThat(named).containsExactly("ann@example.com");
    }

    @Test
    void theFirstWhoConnectsAnAccountLetsItBeSeenWithoutResources() {
        StepVerifier.create(new FirstDiscovery(health(), DialogueHealthTests.ROUNDS).connected(gateway, ANN.user()))
                .expectComplete()
                .verify(LONG);

        assertThat(store.offered.get(Kind.TOOL)).hasSize(1);
        assertThat(store.offered.get(Kind.PROMPT)).hasSize(1);
        assertThat(store.offered.get(Kind.RESOURCE_TEMPLATE)).hasSize(1);
        assertThat(store.offered).doesNotContainKey(Kind.RESOURCE);
        assertThat(named).containsExactly("ann@example.com");
    }

    @Test
    void thoseAfterTheFirstChangeNothing() {
        store.offered.put(Kind.PROMPT, List.of(new Discovered("known", "{}")));

        StepVerifier.create(new FirstDiscovery(health(), DialogueHealthTests.ROUNDS).connected(gateway, ANN.user()))
                .expectComplete()
                .verify(LONG);

        assertThat(store.offered).containsOnlyKeys(Kind.PROMPT);
        assertThat(named).isEmpty();
    }

    @Test
    void aFirstLookThatFailsForABugIsLogged(CapturedOutput output) {
        bug = new IllegalStateException("bug");

        StepVerifier.create(new FirstDiscovery(health(), DialogueHealthTests.ROUNDS).connected(gateway, ANN.user()))
                .expectComplete()
                .verify(LONG);

        assertThat(output.getOut())
                .contains("The first discovery at upstream " + gateway.id() + " failed", "IllegalStateException: bug");
    }
}
