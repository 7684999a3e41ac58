package io.penstock.relay.leg;

import static io.penstock.relay.leg.Parties.LONG;
import static io.penstock.relay.leg.Scripts.stateless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.SampleGateways;
import io.penstock.catalog.Transport;
import io.penstock.relay.UpstreamDouble;
import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** One subscription at a stateless upstream for all who want to hear the same. */
class SharedSubscriptionsTests {

    private static final Interests TOOLS = new Interests(true, false, false, Set.of());
    private static final Interests BOTH = new Interests(true, true, false, Set.of());
    private static final Interests RESOURCES = new Interests(
            false,
            false,
            false,
            IntStream.range(0, 300).mapToObj(n -> "test://" + n).collect(Collectors.toSet()));
    private static final Message.Told CHANGED = new Message.Told("notifications/tools/list_changed", null);
    private static final Party NAMED = new Party("named", "{}", "{\"name\":\"able\",\"version\":\"7\"}", null);

    private final Sinks.Many<String> said = Sinks.many().multicast().onBackpressureBuffer(512, false);
    private final AtomicInteger ended = new AtomicInteger();
    private final UpstreamDouble upstream = new UpstreamDouble(stateless(
            (_, response) -> UpstreamDouble.events(response, said.asFlux().doFinally(_ -> ended.incrementAndGet()))));
    private final Gateway gateway = Parties.gateway(upstream.url("/mcp"));
    private final Legs legs = Parties.legs();
    private final Disposable.Composite listening = Disposables.composite();

    @AfterEach
    void close() {
        listening.dispose();
        upstream.close();
    }

    private Leg leg(Gateway of, Party party) {
        return legs.to(Parties.outbound(of), party).block(LONG);
    }

    private Queue<Message> listen(Gateway of, Party party, Interests interests) {
        var heard = new ConcurrentLinkedQueue<Message>();
        listening.add(leg(of, party).listen(interests, () -> {}).subscribe(heard::add));
        return heard;
    }

    private void say(Message message) {
        said.tryEmitNext(UpstreamDouble.event(message.json())).orThrow();
    }

    private static Message.Told updated(int number) {
        return new Message.Told("notifications/resources/updated", "{\"uri\":\"test://" + number + "\"}");
    }

    private static Message.Told updated(int number, String more) {
        return new Message.Told(
                "notifications/resources/updated", "{\"uri\":\"test://" + number + "\",\"more\":\"" + more + "\"}");
    }

    private void subscribed(int times) {
        await().until(() -> said.currentSubscriberCount() == times);
        assertThat(upstream.methods().stream().filter("subscriptions/listen"::equals))
                .hasSize(times);
    }

    @Test
    void whoWantToHearTheSameHaveOneInTheNameOfNobody() {
        var first = listen(gateway, NAMED, TOOLS);
        var second = listen(gateway, Parties.PLAIN, TOOLS);
        subscribed(1);
        say(CHANGED);

        await().until(() -> first.contains(CHANGED) && second.contains(CHANGED));
        assertThat(upstream.heard.getLast().body())
                .contains("\"io.modelcontextprotocol/clientInfo\":{\"name\":\"penstock\"");
    }

    @Test
    void itStandsWhenTheUpstreamAcknowledgesItAndAtOnceForWhoComesLater() {
        var stood = new AtomicInteger();
        listening.add(leg(gateway, NAMED).listen(TOOLS, stood::incrementAndGet).subscribe());
        subscribed(1);
        assertThat(stood).hasValue(0);
        say(new Message.Told("notifications/subscriptions/acknowledged", null));
        await().until(() -> stood.get() == 1);

        listening.add(leg(gateway, Parties.PLAIN)
                .listen(TOOLS, stood::incrementAndGet)
                .subscribe());

        assertThat(stood).hasValue(2);
        subscribed(1);
    }

    @Test
    void whoWantsToHearOfSomethingElseOrCanDoMoreHasAnotherOne() {
        listen(gateway, Parties.PLAIN, TOOLS);
        listen(gateway, Parties.PLAIN, BOTH);
        listen(gateway, Parties.ABLE, TOOLS);

        subscribed(3);
    }

    @Test
    void usersWhoAreToldApartHaveOneEach() {
        var perUser = SampleGateways.at(upstream.url("/mcp"), Transport.AUTO, "oauth");
        assertThat(perUser.auth().isPerUser()).isTrue();
        listen(perUser, Parties.PLAIN, TOOLS);
        listen(perUser, new Party("another", "{}", null, null), TOOLS);

        subscribed(2);
    }

    @Test
    void aGatewayThatWasChangedIsAnotherOne() {
        listen(gateway, Parties.PLAIN, TOOLS);
        listen(SampleGateways.changed(gateway), Parties.PLAIN, TOOLS);

        subscribed(2);
    }

    @Test
    void itEndsWhenTheLastOneLeavesAndBeginsAnew() {
        var first = leg(gateway, Parties.PLAIN).listen(TOOLS, () -> {}).subscribe();
        var second = leg(gateway, NAMED).listen(TOOLS, () -> {}).subscribe();
        subscribed(1);
        first.dispose();
        assertThat(ended).hasValue(0);
        second.dispose();
        await().until(() -> ended.get() == 1);

        StepVerifier.create(leg(gateway, Parties.PLAIN).listen(TOOLS, () -> {}))
                .then(() -> await().until(() -> said.currentSubscriberCount() == 1))
                .then(() -> say(CHANGED))
                .expectNext(CHANGED)
                .thenCancel()
                .verify(LONG);
    }

    @Test
    void itsEndIsEverybodys() {
        var second = leg(gateway, NAMED).listen(TOOLS, () -> {});
        StepVerifier.create(leg(gateway, Parties.PLAIN).listen(TOOLS, () -> {}).mergeWith(second))
                .then(() -> await().until(() -> said.currentSubscriberCount() == 1))
                .then(() -> said.tryEmitComplete().orThrow())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void whoDoesNotKeepUpIsToldEachChangeOnceAndTheOthersDoNotNotice() {
        var heard = listen(gateway, NAMED, RESOURCES);
        TestSubscriber<Message> slow =
                TestSubscriber.builder().initialRequest(1).build();
        listening.add(slow::cancel);
        leg(gateway, Parties.PLAIN).listen(RESOURCES, () -> {}).subscribe(slow);
        subscribed(1);
        for (int n = 0; n < 300; n++) {
            say(updated(n % 3));
        }
        await().until(() -> heard.size() == 300);
        slow.request(Long.MAX_VALUE);

        await().until(() -> slow.getReceivedOnNext().size() == 4);
        assertThat(slow.getReceivedOnNext()).containsExactly(updated(0), updated(1), updated(2), updated(0));
    }

    @Test
    void whoHasMoreUnreadThanIsKeptFailsAlone() {
        var heard = listen(gateway, NAMED, RESOURCES);
        TestSubscriber<Message> slow =
                TestSubscriber.builder().initialRequest(1).build();
        leg(gateway, Parties.PLAIN).listen(RESOURCES, () -> {}).subscribe(slow);
        subscribed(1);
        for (int n = 0; n < 200; n++) {
            say(updated(n, "x".repeat(32 * 1024)));
        }
        await().until(() -> heard.size() == 200);
        slow.request(Long.MAX_VALUE);

        await().until(slow::isTerminatedOrCancelled);
        assertThat(slow.getReceivedOnNext()).hasSizeBetween(100, 199);
        assertThat(((Refusal) slow.expectTerminalError()).reason())
                .isEqualTo(new Refusal.Reason.UpstreamFailed(
                        "upstream sent more than was read in time", null, Refusal.Reason.UpstreamFailed.How.TOO_LARGE));
    }
}
