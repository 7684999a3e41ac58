package io.penstock.access.tenure;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.penstock.access.Permit;
import io.penstock.access.Permits;
import io.penstock.access.Route;
import io.penstock.caller.BearerToken;
import io.penstock.caller.Caller;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.loop.NoRounds;
import io.penstock.store.Changes.Topic;
import io.penstock.store.StillChanges;
import io.penstock.wire.Arrival;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class TenuresTests {

    /** So many that their order is not right by chance. */
    private static final int STREAMS = 50;

    private final Tenures tenures = SomeTenures.endless();
    /** Who is found to call. */
    private Mono<Caller> whom = Mono.never();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Tenures under = new Tenures(
            _ -> Mono.defer(() -> whom),
            Permits.objecting((_, _) -> null),
            new StillChanges(),
            new NoRounds(),
            new SimpleMeterRegistry(),
            time);

    @AfterEach
    void stop() {
        time.dispose();
    }

    private static Permit stream() {
        return stream(Instant.MAX);
    }

    private static Permit stream(Instant end) {
        return stream(Caller.Source.JWT, end);
    }

    private static Permit stream(Caller.Source source, Instant end) {
        return stream(new Caller("ann", source, false, Set.of(), null, "", end));
    }

    private static Permit stream(Caller caller) {
        var gateway = SampleGateways.at(URI.create("http://localhost/mcp"), Transport.STREAMABLEHTTP, "none");
        var request = new Request(
                "GET", "/", new DefaultHttpHeaders(), InetSocketAddress.createUnresolved("localhost", 0), "test");
        var target = new Arrival.Target.GatewayTarget(gateway.id());
        return Permits.of(
                caller,
                new Arrival(request, target, Era.SESSIONS, null, null, new byte[0]),
                new Route.One(gateway, null));
    }

    /** Nothing in memory changes by it. */
    @Test
    void whatGoesOnByACredentialThatHasEndedEndsSoonAfter() {
        var end = Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS)).plus(Duration.ofMinutes(5));
        var ended = new AtomicReference<@Nullable Throwable>();
        whom = Mono.error(() -> BearerToken.refused("The token has expired: get a new one"));
        var _ = under.follow().subscribe();
        var _ = under.during(stream(end), Flux.never()).subscribe(_ -> {}, ended::set);

        time.advanceTimeBy(Duration.ofMinutes(4));
        assertThat(ended).hasNullValue();

        time.advanceTimeBy(Duration.ofMinutes(2));
        assertThat(ended.get()).hasMessageContaining("has expired");
    }

    /** Its time is of its use, of which nothing but a decision tells. */
    @Test
    void aSessionThatEndsUnusedEndsItsStreams() {
        var ended = new AtomicReference<@Nullable Throwable>();
        Permit permit = stream(Caller.Source.SESSION, Instant.MAX);
        whom = Mono.just(permit.caller());
        var _ = under.follow().subscribe();
        var _ = under.during(permit, Flux.never()).subscribe(_ -> {}, ended::set);
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(ended).hasNullValue();

        whom = Mono.error(() -> BearerToken.refused("The session has ended"));
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(ended.get()).hasMessageContaining("session has ended");
    }

    /** First they leave the team, which takes nothing away; then what their stream is of becomes the team's own. */
    @Test
    void aChangeOfTheCatalogIsDecidedByWhoTheCallerHasBecome() {
        var swaps = Sinks.many().multicast().<Topic>directBestEffort();
        var isTeams = new AtomicBoolean();
        var member = new Caller("ann", Caller.Source.JWT, false, Set.of("alpha"), null, "", Instant.MAX);
        var gone = new Refusal(new Reason.NotFound("There is no such gateway"));
        var deciding = new Tenures(
                _ -> Mono.defer(() -> whom),
                Permits.objecting(
                        (caller, _) -> isTeams.get() && !caller.teams().contains("alpha") ? gone : null),
                new StillChanges() {
                    @Override
                    public Flux<Topic> swaps() {
                        return swaps.asFlux();
                    }
                },
                new NoRounds(),
                new SimpleMeterRegistry(),
                time);
        var ended = new AtomicReference<@Nullable Throwable>();
        var _ = deciding.follow().subscribe();
        var _ = deciding.during(stream(member), Flux.never()).subscribe(_ -> {}, ended::set);

        whom = Mono.just(new Caller("ann", Caller.Source.JWT, false, Set.of(), null, "", Instant.MAX));
        swaps.tryEmitNext(Topic.ACCOUNTS).orThrow();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(ended).hasNullValue();

        isTeams.set(true);
        swaps.tryEmitNext(Topic.GATEWAYS).orThrow();
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(ended).hasValue(gone);
    }

    @Test
    void whoeverCouldNotBeDecidedOnIsLookedAtUntilThatCanBe() {
        var ended = new AtomicReference<@Nullable Throwable>();
        whom = Mono.error(() -> new Refusal(new Reason.Unavailable("not now", Duration.ofSeconds(1))));
        var _ = under.during(stream(Instant.MAX), Flux.never()).subscribe(_ -> {}, ended::set);
        var _ = under.follow().subscribe();
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(ended).hasNullValue();

        whom = Mono.error(() -> BearerToken.refused("This user is switched off"));
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(ended.get()).hasMessageContaining("switched off");
    }

    @Test
    void aPartOfAStreamDoesNotEndBeforeTheStreamWhenTheReplicaStops() {
        List<Throwable> ended = new ArrayList<>();
        List<Throwable> told = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Permit permit = stream();
            Tenure whole = tenures.begin(permit);
            var _ = whole.over(tenures.during(permit, Flux.never()).doOnError(ended::add))
                    .doOnError(told::add)
                    .subscribe(_ -> {}, _ -> {});
        }

        tenures.leave();

        assertThat(told).hasSize(STREAMS).allMatch(Tenures::isLeaving);
        assertThat(ended).isEmpty();
    }
}
