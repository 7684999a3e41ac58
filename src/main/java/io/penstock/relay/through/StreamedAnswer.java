package io.penstock.relay.through;

import io.penstock.relay.line.Ending;
import io.penstock.wire.Arrival;
import io.penstock.wire.Envelope;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the client hears of an answer that is a stream: as it comes up to the response, and an error in its place where there is none. */
final class StreamedAnswer {

    private final Arrival arrival;
    private final @Nullable String id;
    private final Duration limit;
    private final @Nullable Mono<Reply> again;
    private final Runnable givenUp;

    /**
     * @param limit how long the whole call may take
     * @param again as {@link Answers}
     * @param givenUp as {@link Answers}
     */
    StreamedAnswer(Arrival arrival, Duration limit, @Nullable Mono<Reply> again, Runnable givenUp) {
        this.arrival = arrival;
        this.id = request(arrival);
        this.limit = limit;
        this.again = again;
        this.givenUp = givenUp;
    }

    /** The id of what the upstream was asked; null where it was told or answered something. */
    static @Nullable String request(Arrival arrival) {
        Envelope envelope = arrival.envelope();
        return envelope != null && envelope.kind() == Envelope.Kind.REQUEST ? envelope.id() : null;
    }

    /** @param connection disposed where no more is wanted of what is heard, or it fails */
    Flux<SseEvent> events(Flux<SseEvent> heard, Disposable connection) {
        Flux<SseEvent> events =
                limited(unbroken(heard).doOnCancel(connection::dispose).doOnError(_ -> connection.dispose()));
        return id == null ? events : Ending.of(events, event -> isResponse(event, id));
    }

    private Flux<SseEvent> unbroken(Flux<SseEvent> heard) {
        var resumable = new AtomicBoolean();
        var committed = new AtomicBoolean(again == null);
        return heard.doOnNext(event -> resumable.compareAndSet(false, event.id() != null))
                .doOnNext(event -> committed.compareAndSet(false, again != null && commits(event)))
                .onErrorMap(e -> e instanceof Refusal ? e : brokenOff())
                .onErrorResume(Refusal.class, refusal -> {
                    if (resumable.get()) {
                        return Flux.error(refusal);
                    }
                    return again != null && !committed.get() && Reason.UpstreamFailed.brokeOff(refusal)
                            ? again.flatMapMany(this::rest).onErrorResume(Refusal.class, this::last)
                            : last(refusal);
                });
    }

    private static boolean isResponse(SseEvent event, String id) {
        boolean message = event.event() == null || event.event().equals("message");
        return message && event.data() != null && !event.data().isEmpty() && JsonParts.isResponse(event.data(), id);
    }

    private static Refusal brokenOff() {
        return new Refusal(new Reason.UpstreamFailed(
                "The upstream broke off before it answered; whether it did the work is not known",
                null,
                How.BROKE_OFF));
    }

    /** Whether the call cannot be sent again after this: it is answered, or the upstream has asked something. */
    private static boolean commits(SseEvent event) {
        return event.data() != null && !event.data().isEmpty() && told(event.data()) == null;
    }

    private static Message.@Nullable Told told(String data) {
        return Message.tryRead(data).orElse(null) instanceof Message.Told told ? told : null;
    }

    /** What a second try says in the stream that the first one has begun. Progress is not told twice, since it may only increase. */
    private Flux<SseEvent> rest(Reply second) {
        return switch (second) {
            case Reply.Json json -> Flux.just(SseEvent.message(new String(json.body(), StandardCharsets.UTF_8)));
            case Reply.Events events -> events.events().filter(event -> !isProgress(event));
            case Reply.Empty _ -> last(brokenOff());
        };
    }

    private static boolean isProgress(SseEvent event) {
        var told = event.data() == null || event.data().isEmpty() ? null : told(event.data());
        return told != null && told.method().equals("notifications/progress");
    }

    /** A client that can resume is left to do so; any other gets the request's end as an error. */
    private Flux<SseEvent> last(Refusal refusal) {
        return id == null
                ? Flux.error(refusal)
                : Flux.just(new SseEvent(
                        null, "message", RpcError.of(refusal.reason()).json(id), null, null));
    }

    private Flux<SseEvent> limited(Flux<SseEvent> events) {
        if (arrival.openEnded()) {
            return events;
        }
        var late =
                new Refusal(new Reason.UpstreamTimedOut("The call took longer than " + limit.toSeconds() + " seconds"));
        return events.takeUntilOther(Mono.delay(limit).then(Mono.error(late)))
                .doOnError(e -> e == late, _ -> givenUp.run())
                .onErrorResume(e -> e == late ? last(late) : Flux.error(e));
    }
}
