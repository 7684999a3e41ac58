package io.penstock.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.caller.Caller;
import io.penstock.catalog.Feature.Kind;
import io.penstock.catalog.Features.Discovered;
import io.penstock.catalog.Features.Outcome;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.GatewayEvent;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.loop.Rounds;
import io.penstock.relay.Dialogues;
import io.penstock.relay.Dialogues.Dialogue;
import io.penstock.relay.Dialogues.Greeting;
import io.penstock.relay.Dialogues.UpstreamError;
import io.penstock.relay.breaker.SomeBreakers;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class DialogueHealthTests {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Caller ANN =
            new Caller("ann@example.com", Caller.Source.SESSION, false, Set.of(), Set.of(), "", Instant.MAX);

    static final String ALL = "{\"tools\":{},\"resources\":{},\"prompts\":{}}";

    private final MemoryStore store = new MemoryStore();
    private final Gateway gateway =
            store.add(SampleGateways.at(URI.create("http://localhost/mcp"), Transport.AUTO, "bearer"));

    /** Detached work, as the real rounds do it, without a scheduler. */
    static final Rounds ROUNDS = new Rounds() {
        @Override
        public void repeat(String name, Duration pause, Mono<Void> round) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> Mono<T> detach(String name, Mono<T> work) {
            var result = work.cache();
            var _ = result.subscribe(_ -> {}, _ -> {});
            return result;
        }
    };

    private DialogueHealth health(Dialogues dialogues) {
        return health(dialogues, Duration.ofSeconds(30));
    }

    private DialogueHealth health(Dialogues dialogues, Duration patience) {
        var prognosis = new Prognosis(PrognosisTests.SETTINGS, () -> 0);
        var chart = new Chart(store.gateways(), prognosis);
        return new DialogueHealth(
                dialogues, store.features(), chart, new Stocktaking(patience), ROUNDS, SomeBreakers.patient());
    }

    /** An upstream that greets with a revision and capabilities, and answers as given. */
    private static Dialogues speaking(
            String version, String capabilities, BiFunction<String, String, Mono<String>> answers) {
        var dialogue = new Dialogue() {
            @Override
            public Greeting greeting() {
                return new Greeting(version, "streamable_http", capabilities, "{\"name\":\"double\"}");
            }

            @Override
            public Mono<String> request(String method, String params) {
                return answers.apply(method, params);
            }
        };
        return new Dialogues() {
            @Override
            public <T> Mono<T> hold(Gateway gateway, Function<Dialogue, Mono<T>> talk) {
                return talk.apply(dialogue);
            }

            @Override
            public <T> Mono<T> hold(Gateway gateway, Caller sender, Function<Dialogue, Mono<T>> talk) {
                return talk.apply(dialogue);
            }
        };
    }

    private static Dialogues failing(Reason reason) {
        return new Dialogues() {
            @Override
            public <T> Mono<T> hold(Gateway gateway, Function<Dialogue, Mono<T>> talk) {
                return Mono.error(new Refusal(reason));
            }

            @Override
            public <T> Mono<T> hold(Gateway gateway, Caller sender, Function<Dialogue, Mono<T>> talk) {
                return Mono.error(new Refusal(reason));
            }
        };
    }

    static Mono<String> listed(String method) {
        return Mono.just(Map.of(
                        "ping", "{}",
                        "tools/list", "{\"tools\":[{\"name\":\"echo\",\"inputSchema\":{}}]}",
                        "resources/list", "{\"resources\":[{\"uri\":\"test://a\"}]}",
                        "resources/templates/list", "{\"resourceTemplates\":[{\"uriTemplate\":\"test://{a}\"}]}",
                        "prompts/list", "{\"prompts\":[{\"name\":\"greet\"}]}")
                .get(method));
    }

    @Test
    void aCheckWritesWhatItSaw() {
        var after = health(speaking("2025-11-25", ALL, (method, _) -> listed(method)))
                .check(gateway)
                .block(LONG);

        assertThat(after.status())
                .isEqualTo(new Gateway.Status(
                        new Gateway.Condition(
                                true, 0, null, "2025-11-25", "streamable_http", ALL, "{\"name\":\"double\"}"),
                        MemoryStore.NOW,
                        MemoryStore.NOW,
                        null));
        assertThat(store.nexts).containsExactly(Duration.ofSeconds(60));
        assertThat(store.events).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(GatewayEvent.Kind.HEALTH);
            assertThat(event.detail()).isEqualTo("{\"healthy\":true}");
        });
    }

    @Test
    void onlyAChangeOfHealthIsAnEvent() {
        var health = health(speaking("2025-11-25", ALL, (method, _) -> listed(method)));
        var once = health.check(gateway).block(LONG);
        var twice = health.check(once).block(LONG);

        assertThat(twice.status().condition().healthy()).isTrue();
        assertThat(store.events).hasSize(1);
    }

    @Test
    void whatIsNotWrittenIsNoEvent() {
        store.leasedElsewhere = true;
        var health = health(speaking("2025-11-25", ALL, (method, _) -> listed(method)));

        var after = health.check(gateway).block(LONG);

        assertThat(after.status().condition().healthy()).isNull();
        assertThat(store.events).isEmpty();
    }

    @Test
    void aCheckNeverErrorsBecauseTheUpstreamDoes() {
        var after = health(failing(
                        new Reason.UpstreamFailed("upstream answered 401 to initialize: check auth_token", 401)))
                .check(gateway)
                .block(LONG);

        assertThat(after.status().condition().healthy()).isFalse();
        assertThat(after.status().condition().lastError())
                .isEqualTo("upstream answered 401 to initialize: check auth_token");
        assertThat(store.events)
                .extracting(GatewayEvent::detail)
                .containsExactly(
                        "{\"healthy\":false,\"error\":\"upstream answered 401 to initialize: check auth_token\"}");
    }

    @Test
    void aSessionThatDoesNotAnswerAPingIsIllAndOneThatKnowsNoPingIsWell() {
        var silent = health(speaking(
                        "2025-11-25",
                        ALL,
                        (_, _) -> Mono.error(new Refusal(new Reason.UpstreamTimedOut("upstream did not answer ping")))))
                .check(gateway)
                .block(LONG);
        var without = health(speaking("2025-11-25", ALL, (_, _) -> Mono.error(new UpstreamError(-32601, ""))))
                .check(gateway)
                .block(LONG);

        assertThat(silent.status().condition().healthy()).isFalse();
        assertThat(without.status().condition().healthy()).isTrue();
    }

    @Test
    void theStatelessRevisionIsNotPinged() {
        var after = health(speaking("2026-07-28", ALL, (method, _) -> Mono.error(new AssertionError(method))))
                .check(gateway)
                .block(LONG);

        assertThat(after.status().condition().healthy()).isTrue();
    }

    @Test
    void aGatewayThatWasDeletedMeanwhileIsNotWritten() {
        var health = health(speaking("2026-07-28", ALL, (method, _) -> listed(method)));
        store.rows.clear();

        assertThat(health.check(gateway).block(LONG)).isSameAs(gateway);
        assertThat(store.events).isEmpty();
    }

    @Test
    void aGatewayThatPointsElsewhereMeanwhileIsNotWritten() {
        var moved = SampleGateways.at(URI.create("http://elsewhere/mcp"), Transport.AUTO, "bearer");
        store.rows.put(gateway.id(), moved);

        assertThat(health(speaking("2026-07-28", ALL, (method, _) -> listed(method)))
                        .check(gateway)
                        .block(LONG))
                .isSameAs(gateway);
        assertThat(store.nexts).isEmpty();
    }

    @Test
    void discoveryReplacesEveryKindAndTellsWhatChanged() {
        var found = health(speaking("2025-11-25", ALL, (method, _) -> listed(method)))
                .discover(gateway)
                .block(LONG);

        assertThat(found)
                .isEqualTo(new Health.Discovery(new Outcome(1, 0, 0), new Outcome(2, 0, 0), new Outcome(1, 0, 0)));
        assertThat(store.offered.get(Kind.TOOL))
                .containsExactly(new Discovered("echo", "{\"name\":\"echo\",\"inputSchema\":{}}"));
        assertThat(store.rows.get(gateway.id()).status().discoveredAt()).isAfter(MemoryStore.NOW);
        assertThat(store.rows.get(gateway.id()).status().condition().healthy()).isTrue();
        assertThat(store.events.stream().filter(event -> event.kind() == GatewayEvent.Kind.REFRESH))
                .singleElement()
                .extracting(GatewayEvent::detail)
                .isEqualTo("{\"tools\":{\"added\":1,\"updated\":0,\"removed\":0},"
                        + "\"resources\":{\"added\":2,\"updated\":0,\"removed\":0},"
                        + "\"prompts\":{\"added\":1,\"updated\":0,\"removed\":0}}");
    }

    @Test
    void readsAllPages() {
        var asked = new StringBuilder();
        var health = health(speaking("2025-11-25", "{\"tools\":{}}", (method, params) -> {
            asked.append(params);
            return Mono.just(
                    params == null
                            ? "{\"tools\":[{\"name\":\"a\",\"inputSchema\":{}}],\"nextCursor\":\"p\\u0032\"}"
                            : "{\"tools\":[{\"name\":\"b\",\"inputSchema\":{}}]}");
        }));

        assertThat(health.discover(gateway).block(LONG).tools().added()).isEqualTo(2);
        assertThat(asked).hasToString("null{\"cursor\":\"p\\u0032\"}");
    }

    @Test
    void whatIsNotDeclaredOrNotKnownIsNothing() {
        var health = health(speaking(
                "2025-11-25",
                "{\"resources\":{}}",
                (method, _) -> method.equals("resources/templates/list")
                        ? Mono.error(new UpstreamError(-32601, "no"))
                        : listed(method)));

        assertThat(health.discover(gateway).block(LONG))
                .isEqualTo(new Health.Discovery(new Outcome(0, 0, 0), new Outcome(1, 0, 0), new Outcome(0, 0, 0)));
        assertThat(store.offered.get(Kind.TOOL)).isEmpty();
    }

    @Test
    void aListThatCannotBeReadReplacesNothingAndIsNotedOnce() {
        var health = health(speaking(
                "2025-11-25",
                ALL,
                (method, _) -> method.equals("prompts/list")
                        ? Mono.error(new UpstreamError(-32603, "upstream answered prompts/list with error -32603"))
                        : listed(method)));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> health.discover(gateway).block(LONG))
                    .isInstanceOf(Refusal.class)
                    .hasMessage("upstream answered prompts/list with error -32603");
        }
        assertThat(store.offered).isEmpty();
        assertThat(store.rows.get(gateway.id()).status().condition().healthy()).isTrue();
        assertThat(store.rows.get(gateway.id()).status().discoveredAt()).isNull();
        assertThat(store.events)
                .extracting(GatewayEvent::detail)
                .containsExactly(
                        "{\"error\":\"upstream answered prompts/list with error -32603\"}", "{\"healthy\":true}");
    }

    @Test
    void listingThatTakesTooLongIsGivenUp() {
        var health = health(speaking("2025-11-25", ALL, (_, _) -> Mono.never()), Duration.ofMillis(100));

        assertThatThrownBy(() -> health.discover(gateway).block(LONG))
                .isInstanceOf(Refusal.class)
                .hasMessageStartingWith("upstream did not list what it offers within");
    }

    @Test
    void aDiscoveryThatFindsNobodyIsAFailedCheckToo() {
        var health = health(failing(new Reason.UpstreamFailed("could not connect", null)));

        assertThatThrownBy(() -> health.discover(gateway).block(LONG)).hasMessage("could not connect");
        assertThat(store.rows.get(gateway.id()).status().condition().lastError())
                .isEqualTo("could not connect");
    }

    /** An upstream whose lists are answered when the test says so, with the tools that it had when it was asked. */
    private final class Slow {

        private final List<Sinks.One<String>> asked = new ArrayList<>();
        private final DialogueHealth health = health(speaking("2026-07-28", "{\"tools\":{}}", (_, _) -> {
            Sinks.One<String> answer = Sinks.one();
            asked.add(answer);
            return answer.asMono();
        }));

        private void answers(int which, String tool) {
            asked.get(which)
                    .tryEmitValue("{\"tools\":[{\"name\":\"" + tool + "\",\"inputSchema\":{}}]}")
                    .orThrow();
        }

        private Gateway checked() {
            return health.check(gateway).block(LONG);
        }
    }

    private List<String> tools() {
        return store.offered.get(Kind.TOOL).stream()
                .map(Discovered::originalName)
                .toList();
    }

    @Test
    void aChangeThatIsHeardWhileListsAreReadIsReadAfterThem() {
        var slow = new Slow();
        var first = slow.health.discover(slow.checked()).toFuture();
        store.change(gateway);
        var round = slow.health.discover(slow.checked()).toFuture();
        assertThat(slow.asked).hasSize(1);

        slow.answers(0, "old");
        assertThat(first).isCompleted();
        assertThat(store.rows.get(gateway.id()).status().discoveredAt()).isNull();
        assertThat(slow.asked).hasSize(2);
        slow.answers(1, "new");

        assertThat(round).isCompleted();
        assertThat(tools()).containsExactly("new");
        assertThat(store.rows.get(gateway.id()).status().discoveredAt()).isNotNull();
    }

    @Test
    void whatIsBeingReadWillDoForACheckWhereNothingIsSaidToChange() {
        var slow = new Slow();
        var first = slow.health.discover(slow.checked()).toFuture();
        var round = slow.health.discover(slow.checked()).toFuture();

        slow.answers(0, "one");

        assertThat(first).isCompleted();
        assertThat(round).isCompleted();
        assertThat(slow.asked).hasSize(1);
    }

    @Test
    void whoAsksForADiscoveryHasOneThatBeginsThen() {
        var slow = new Slow();
        var before = slow.health.discover(slow.checked()).toFuture();
        var one = slow.health.discover(gateway, ANN).toFuture();
        var two = slow.health.discover(gateway, ANN).toFuture();
        assertThat(slow.asked).hasSize(1);

        slow.answers(0, "old");
        assertThat(before).isCompleted();
        assertThat(one).isNotDone();
        slow.answers(1, "new");

        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
        assertThat(slow.asked).hasSize(2);
        assertThat(tools()).containsExactly("new");
    }

    @Test
    void manyWhoAskAtOnceShareOneCheckThatGoesOnWithoutThem() {
        var asked = new AtomicInteger();
        Sinks.One<String> pong = Sinks.one();
        var health = health(speaking("2025-11-25", ALL, (_, _) -> {
            asked.incrementAndGet();
            return pong.asMono();
        }));

        StepVerifier.create(health.check(gateway)).thenCancel().verify(LONG);
        var second = health.check(gateway).subscribe();
        second.dispose();
        pong.tryEmitValue("{}").orThrow();

        assertThat(asked).hasValue(1);
        assertThat(store.rows.get(gateway.id()).status().condition().healthy()).isTrue();

        assertThat(health.check(gateway).block(LONG).status().condition().healthy())
                .isTrue();
        assertThat(asked).hasValue(2);
    }
}
