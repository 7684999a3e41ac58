package io.penstock.relay.leg;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.relay.leg.Leg.Interests;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What an upstream is asked while listeners come and go. */
class SubscriptionsTests {

    private static final Interests ONE = new Interests(false, false, false, Set.of("test://a"));

    private final List<String> asked = new ArrayList<>();
    private final List<Sinks.One<Message>> answers = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final AtomicInteger stood = new AtomicInteger();
    private boolean cancelled;

    private final Subscriptions subscriptions = new Subscriptions(request -> Flux.defer(() -> {
        asked.add(request.method());
        Sinks.One<Message> answer = Sinks.one();
        answers.add(answer);
        return answer.asMono().doOnCancel(() -> cancelled = true).flux();
    }));

    private Disposable listen() {
        return listen(Mono.empty());
    }

    private Disposable listen(Mono<Void> open) {
        return subscriptions
                .during(ONE, Flux.never(), open, stood::incrementAndGet)
                .subscribe(_ -> {}, errors::add);
    }

    private void answered() {
        answers.getLast().tryEmitValue(new Message.Result("0", "{}")).orThrow();
    }

    private void refused() {
        answers.getLast()
                .tryEmitError(new Refusal(new Reason.UpstreamFailed("upstream answered 503", 503)))
                .orThrow();
    }

    @Test
    void allWhoListenHearThatItFailedAndTheNextOneAsksAgain() {
        var first = listen();
        var second = listen();
        refused();
        answered();

        assertThat(errors).hasSize(2);
        assertThat(first.isDisposed()).isTrue();
        assertThat(second.isDisposed()).isTrue();
        var next = listen();
        assertThat(asked).containsExactly("resources/subscribe", "resources/unsubscribe", "resources/subscribe");
        next.dispose();
    }

    @Test
    void itStandsOnceItIsSubscribedAndWhatIsHeardIsOpen() {
        Sinks.Empty<Void> open = Sinks.empty();
        var first = listen(open.asMono());
        answered();
        assertThat(stood).hasValue(0);
        open.tryEmitEmpty().orThrow();
        assertThat(stood).hasValue(1);

        var second = listen();

        assertThat(stood).hasValue(2);
        first.dispose();
        second.dispose();
    }

    @Test
    void itDoesNotStandBeforeItIsSubscribed() {
        var listening = listen();

        assertThat(stood).hasValue(0);
        answered();
        assertThat(stood).hasValue(1);
        listening.dispose();
    }

    @Test
    void itGoesOnWhenTheOneWhoBeganItLeaves() {
        var first = listen();
        var second = listen();
        first.dispose();

        assertThat(cancelled).isFalse();
        answered();
        assertThat(second.isDisposed()).isFalse();
        assertThat(asked).containsExactly("resources/subscribe");
        second.dispose();
        assertThat(asked).containsExactly("resources/subscribe", "resources/unsubscribe");
    }

    @Test
    void whoComesWhileItIsUnsubscribedSubscribesAfterThat() {
        var first = listen();
        answered();
        first.dispose();
        var second = listen();

        assertThat(asked).containsExactly("resources/subscribe", "resources/unsubscribe");
        answered();
        assertThat(asked).containsExactly("resources/subscribe", "resources/unsubscribe", "resources/subscribe");
        second.dispose();
    }

    @Test
    void whatIsListenedForAgainIsNotUnsubscribed() {
        var first = listen();
        first.dispose();
        var second = listen();
        answered();

        assertThat(asked).containsExactly("resources/subscribe", "resources/subscribe");
        second.dispose();
    }

    @Test
    void anUpstreamThatKnowsNoSubscriptionsIsListenedToAllTheSame() {
        var listening = listen();
        answers.getLast()
                .tryEmitError(new Refusal(new Reason.UpstreamFailed("upstream answered 404", 404)))
                .orThrow();

        assertThat(errors).isEmpty();
        assertThat(listening.isDisposed()).isFalse();
        listening.dispose();
    }
}
