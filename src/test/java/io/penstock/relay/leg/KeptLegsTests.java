package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.ENOUGH;
import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Parties.done;
import static io.penstock.relay.leg.Parties.gateway;
import static io.penstock.relay.leg.Parties.legs;
import static io.penstock.relay.leg.Parties.outbound;
import static io.penstock.relay.leg.Scripts.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.relay.UpstreamDouble;
import io.penstock.store.Keepsakes;
import io.penstock.vault.Vaults;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Which legs parties get, and what becomes of them. */
class KeptLegsTests {

    private static final Message.Asked LIST = new Message.Asked("1", "tools/list", null);
    private static final Message.Asked CALL = new Message.Asked("1", "tools/call", "{\"name\":\"work\"}");

    private static final Leg.Interests LISTS = new Leg.Interests(true, true, true, Set.of());

    private static UpstreamDouble answering() {
        return new UpstreamDouble(sessions((heard, response) -> UpstreamDouble.result(response, heard, "{}")));
    }

    private static String session(UpstreamDouble upstream) {
        return upstream.heard.getLast().headers().get("Mcp-Session-Id");
    }

    @Test
    void aPartyIsGreetedOnceHoweverOftenItAsks() {
        try (var upstream = answering()) {
            var legs = legs();
            var gateway = gateway(upstream.url("/mcp"));
            done(Flux.range(0, 20)
                    .flatMap(_ -> legs.to(outbound(gateway), Parties.PLAIN).flatMapMany(leg -> leg.ask(LIST))));

            assertThat(upstream.methods()).containsOnlyOnce("initialize");
        }
    }

    @Test
    void partiesShareNothing() {
        try (var upstream = answering()) {
            var legs = legs();
            var gateway = gateway(upstream.url("/mcp"));
            done(legs.to(outbound(gateway), Parties.PLAIN).flatMapMany(leg -> leg.ask(LIST)));
            assertThat(session(upstream)).isEqualTo("s-1");
            done(legs.to(outbound(gateway), Parties.ABLE).flatMapMany(leg -> leg.ask(LIST)));
            assertThat(session(upstream)).isEqualTo("s-2");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"404|gone", "400|Bad Request: No valid session ID provided", "400|Server not initialized"})
    void aForgottenSessionIsOpenedAnewAndTheRequestSentAgain(int status, String words) {
        try (var upstream = new UpstreamDouble(sessions(
                (heard, response) -> heard.headers().get("Mcp-Session-Id").equals("s-1")
                        ? response.status(status).sendString(Mono.just(words))
                        : UpstreamDouble.result(response, heard, "{}")))) {
            var leg = legs().to(outbound(gateway(upstream.url("/mcp"))), Parties.PLAIN)
                    .block(LONG);

            assertThat(leg.ask(CALL).last().block(LONG)).isInstanceOf(Message.Result.class);
            assertThat(session(upstream)).isEqualTo("s-2");
            assertThat(leg.ask(CALL).last().block(LONG)).isInstanceOf(Message.Result.class);
            assertThat(upstream.methods().stream().filter("initialize"::equals)).hasSize(2);
        }
    }

    @Test
    void anUpstreamThatForgetsEverySessionIsSaidToDoSo() {
        try (var upstream = new UpstreamDouble(sessions((_, response) -> UpstreamDouble.status(response, 404)))) {
            StepVerifier.create(legs().to(outbound(gateway(upstream.url("/mcp"))), Parties.PLAIN)
                            .flatMapMany(leg -> leg.ask(CALL)))
                    .expectErrorSatisfies(
                            error -> assertThat(((Refusal) error).reason()).isInstanceOf(Reason.SessionEnded.class))
                    .verify(LONG);

            assertThat(upstream.methods().stream().filter("tools/call"::equals)).hasSize(2);
        }
    }

    @Test
    void anUpstreamThatWasReplacedByAnOlderOneIsProbedAgain() {
        var upgraded = new AtomicInteger();
        var older = sessions((heard, response) -> UpstreamDouble.result(response, heard, "{}"));
        try (var upstream = new UpstreamDouble((heard, response) -> {
            if (upgraded.get() == 0 && heard.says("server/discover")) {
                return UpstreamDouble.result(response, heard, UpstreamDouble.DISCOVERED);
            }
            return heard.headers().contains("Mcp-Session-Id") || !heard.says("tools/list")
                    ? older.apply(heard, response)
                    : UpstreamDouble.status(response, 400);
        })) {
            var leg = legs().to(outbound(gateway(upstream.url("/mcp"))), Parties.PLAIN)
                    .block(LONG);
            upgraded.set(1);

            assertThat(leg.ask(LIST).last().block(LONG)).isInstanceOf(Message.Result.class);
            assertThat(leg.greeting().version().text()).isEqualTo("2025-11-25");
        }
    }

    @Test
    void replicasUseTheSameSession() {
        var keepsakes = new MemoryKeepsakes();
        var vault = Vaults.fresh();
        try (var upstream = answering()) {
            var gateway = gateway(upstream.url("/mcp"));
            for (int replica = 0; replica < 3; replica++) {
                done(legs(ENOUGH, keepsakes, vault, Ticker.systemTicker())
                        .to(outbound(gateway), Parties.PLAIN)
                        .doOnNext(leg -> assertThat(leg.greeting().serverInfo()).contains("double"))
                        .flatMapMany(leg -> leg.ask(LIST)));
                assertThat(session(upstream)).isEqualTo("s-1");
            }

            assertThat(upstream.methods()).containsOnlyOnce("initialize");
            assertThat(upstream.heard.stream()
                            .filter(heard -> heard.says("tools/list"))
                            .map(UpstreamDouble.Heard::id)
                            .distinct())
                    .hasSize(3);
        }
    }

    @Test
    void aDatabaseThatIsGoneOnlyMeansSessionsOfOnesOwn() {
        Keepsakes gone = (Keepsakes) Proxy.newProxyInstance(
                Keepsakes.class.getClassLoader(),
                new Class<?>[] {Keepsakes.class},
                (_, _, _) -> Mono.error(new IllegalStateException("gone")));
        try (var upstream = answering()) {
            var gateway = gateway(upstream.url("/mcp"));
            for (int replica = 1; replica < 3; replica++) {
                done(legs(ENOUGH, gone, Vaults.fresh(), Ticker.systemTicker())
                        .to(outbound(gateway), Parties.PLAIN)
                        .flatMapMany(leg -> leg.ask(LIST)));
                assertThat(session(upstream)).isEqualTo("s-" + replica);
            }
        }
    }

    @Test
    void replicasThatOpenAtOnceEndUpInOneSession() {
        var keepsakes = new MemoryKeepsakes();
        var vault = Vaults.fresh();
        try (var upstream = answering()) {
            var gateway = gateway(upstream.url("/mcp"));
            done(Flux.range(0, 4)
                    .map(_ -> legs(ENOUGH, keepsakes, vault, Ticker.systemTicker()))
                    .flatMap(legs -> legs.to(outbound(gateway), Parties.PLAIN).flatMapMany(leg -> leg.ask(LIST))));

            assertThat(keepsakes.size()).isEqualTo(1);
            assertThat(upstream.heard.stream()
                            .filter(heard -> heard.says("tools/list"))
                            .map(heard -> heard.headers().get("Mcp-Session-Id"))
                            .distinct())
                    .hasSize(1);
            long opened =
                    upstream.methods().stream().filter("initialize"::equals).count();
            long closed = upstream.methods().stream().filter("DELETE"::equals).count();
            assertThat(closed).isEqualTo(opened - 1);
        }
    }

    @Test
    void endingAPartyEndsItsSessionsAndNobodyFindsThemAgain() {
        var keepsakes = new MemoryKeepsakes();
        try (var upstream = answering()) {
            var legs = legs(ENOUGH, keepsakes, Vaults.fresh(), Ticker.systemTicker());
            var gateway = gateway(upstream.url("/mcp"));
            done(legs.to(outbound(gateway), Parties.PLAIN));
            done(legs.end("plain"));

            assertThat(upstream.heard.getLast().method()).isEqualTo("DELETE");
            assertThat(keepsakes.size()).isZero();
            done(legs.to(outbound(gateway), Parties.PLAIN));
            assertThat(upstream.methods().stream().filter("initialize"::equals)).hasSize(2);
        }
    }

    @Test
    void aSessionOutlivesTheMemoryOfOneReplica() {
        var keepsakes = new MemoryKeepsakes();
        var nanos = new AtomicLong();
        try (var upstream = answering()) {
            var legs = legs(ENOUGH, keepsakes, Vaults.fresh(), nanos::get);
            var gateway = gateway(upstream.url("/mcp"));
            done(legs.to(outbound(gateway), Parties.PLAIN));
            nanos.addAndGet(Duration.ofMinutes(11).toNanos());
            done(legs.to(outbound(gateway), Parties.PLAIN).flatMapMany(leg -> leg.ask(LIST)));

            assertThat(session(upstream)).isEqualTo("s-1");
            assertThat(upstream.methods()).containsOnlyOnce("initialize").doesNotContain("DELETE");
        }
    }

    @Test
    void anUnusedStreamIsClosedAndAnotherOpenedWhenItIsNeeded() {
        var nanos = new AtomicLong();
        try (var upstream =
                new UpstreamDouble(new Scripts.Stream((_, response) -> UpstreamDouble.status(response, 202)))) {
            var legs = legs(ENOUGH, new MemoryKeepsakes(), Vaults.fresh(), nanos::get);
            var gateway = gateway(upstream.url("/sse"));
            done(legs.to(outbound(gateway), Parties.PLAIN));
            nanos.addAndGet(Duration.ofMinutes(11).toNanos());
            done(legs.to(outbound(gateway), Parties.ABLE));

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.connections()).isEqualTo(1));
            done(legs.to(outbound(gateway), Parties.PLAIN));
            assertThat(upstream.methods().stream().filter("GET"::equals)).hasSize(3);
        }
    }

    @Test
    void aStopEndsStreams() {
        try (var upstream =
                new UpstreamDouble(new Scripts.Stream((_, response) -> UpstreamDouble.status(response, 202)))) {
            var legs = (KeptLegs) legs();
            done(legs.to(outbound(gateway(upstream.url("/sse"))), Parties.PLAIN));
            legs.stop();

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.connections()).isZero());
        }
    }

    @Test
    void aStreamThatIsInUseStaysHoweverLong() {
        var nanos = new AtomicLong();
        var stream = new Scripts.Stream((_, response) -> UpstreamDouble.status(response, 202));
        try (var upstream = new UpstreamDouble(stream)) {
            var legs = legs(ENOUGH, new MemoryKeepsakes(), Vaults.fresh(), nanos::get);
            var gateway = gateway(upstream.url("/sse"));
            var heard = new ConcurrentLinkedQueue<Message>();
            var leg = Objects.requireNonNull(
                    legs.to(outbound(gateway), Parties.PLAIN).block(LONG));
            var listening = leg.listen(LISTS, () -> {}).subscribe(heard::add);
            for (int i = 0; i < 2; i++) {
                nanos.addAndGet(Duration.ofMinutes(11).toNanos());
                done(legs.to(outbound(gateway), Parties.ABLE));
            }
            stream.say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
            await().until(() -> !heard.isEmpty());

            listening.dispose();
            nanos.addAndGet(Duration.ofMinutes(11).toNanos());
            done(legs.to(outbound(gateway), Parties.ABLE));
            await().untilAsserted(() -> assertThat(upstream.connections()).isEqualTo(1));
        }
    }

    @Test
    void aLegIsLetGoOfInOneStepWithTheLookWhetherItIsUsed() {
        try (var upstream =
                new UpstreamDouble(new Scripts.Stream((_, response) -> UpstreamDouble.status(response, 202)))) {
            var legs = legs();
            var outbound = outbound(gateway(upstream.url("/sse")));
            var leg = (KeptLeg) legs.to(outbound, Parties.PLAIN).block(LONG);
            var listening = leg.listen(LISTS, () -> {}).subscribe();

            assertThat(leg.retire()).isFalse();
            assertThat(legs.to(outbound, Parties.PLAIN).block(LONG)).isSameAs(leg);
            listening.dispose();
            assertThat(leg.retire()).isTrue();
            assertThat(legs.to(outbound, Parties.PLAIN).block(LONG)).isNotSameAs(leg);
        }
    }

    @Test
    void whoIsAloneIsFoundByNobodyAndEndsItsSession() {
        var keepsakes = new MemoryKeepsakes();
        try (var upstream = answering()) {
            var legs = legs(ENOUGH, keepsakes, Vaults.fresh(), Ticker.systemTicker());
            var alone = Parties.PLAIN.alone();
            done(legs.to(outbound(gateway(upstream.url("/mcp"))), alone));

            assertThat(keepsakes.size()).isZero();
            done(legs.endHere(alone.key()));
            assertThat(upstream.heard.getLast().method()).isEqualTo("DELETE");
        }
    }

    @Test
    void whatWasSaidInASessionIsSaidInTheNext() {
        var subscribe = new Message.Asked("0", "resources/subscribe", "{\"uri\":\"test://a\"}");
        try (var upstream = new UpstreamDouble(sessions(
                (heard, response) -> heard.headers().get("Mcp-Session-Id").equals("s-1") && heard.says("tools/call")
                        ? UpstreamDouble.status(response, 404)
                        : UpstreamDouble.result(response, heard, "{}")))) {
            var legs = legs(
                    ENOUGH,
                    new MemoryKeepsakes(),
                    Vaults.fresh(),
                    (_, _, era) -> era == Era.SESSIONS ? Flux.just(Mono.just(subscribe)) : Flux.empty(),
                    Ticker.systemTicker());
            done(legs.to(outbound(gateway(upstream.url("/mcp"))), Parties.PLAIN).flatMapMany(leg -> leg.ask(CALL)));

            assertThat(upstream.heard.stream()
                            .filter(heard -> heard.says("resources/subscribe"))
                            .map(heard -> heard.headers().get("Mcp-Session-Id")))
                    .containsExactly("s-1", "s-2");
        }
    }

    @Test
    void anAnswerReachesNoQuestionOfAnotherSessionThatHasTheSameId() {
        String question = "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"roots/list\"}";
        try (var upstream = new UpstreamDouble(sessions((heard, response) -> heard.says("tools/call")
                ? heard.headers().get("Mcp-Session-Id").equals("s-1")
                                && heard.body().contains("late")
                        ? UpstreamDouble.status(response, 404)
                        : UpstreamDouble.events(
                                response, Flux.concat(Flux.just(UpstreamDouble.event(question)), Flux.never()))
                : UpstreamDouble.result(response, heard, "{}")))) {
            var leg = legs().to(outbound(gateway(upstream.url("/mcp"))), Parties.ABLE)
                    .block(LONG);
            var late = new Message.Asked("2", "tools/call", "{\"name\":\"late\"}");
            var first = (Message.Asked) leg.ask(CALL).next().block(LONG);
            var second = (Message.Asked) leg.ask(late).next().block(LONG);
            done(leg.answer(first, new Message.Result("0", "{\"of\":\"first\"}")));
            done(leg.answer(second, new Message.Result("0", "{\"of\":\"second\"}")));

            assertThat(upstream.heard.stream()
                            .filter(heard -> heard.body().contains("\"of\""))
                            .map(heard -> heard.headers().get("Mcp-Session-Id") + heard.body()))
                    .containsExactly("s-2{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"of\":\"second\"}}");
        }
    }

    @Test
    void aSessionThatNobodyElseCanFindIsEndedWhenItIsLongUnused() {
        var full = (Keepsakes) Proxy.newProxyInstance(
                Keepsakes.class.getClassLoader(), new Class<?>[] {Keepsakes.class}, (_, method, _) -> {
                    return method.getName().equals("put") ? Mono.just(false) : Mono.empty();
                });
        var nanos = new AtomicLong();
        try (var upstream = answering()) {
            var legs = legs(ENOUGH, full, Vaults.fresh(), nanos::get);
            var gateway = gateway(upstream.url("/mcp"));
            done(legs.to(outbound(gateway), Parties.PLAIN).flatMapMany(leg -> leg.ask(LIST)));
            nanos.addAndGet(Duration.ofMinutes(11).toNanos());
            done(legs.to(outbound(gateway), Parties.ABLE));

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(upstream.heard)
                            .filteredOn(heard -> heard.method().equals("DELETE"))
                            .extracting(heard -> heard.headers().get("Mcp-Session-Id"))
                            .containsExactly("s-1"));
        }
    }
}
