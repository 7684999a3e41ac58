package io.penstock.mcp.line;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.mcp.call.Call;
import io.penstock.mcp.call.Calls;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The messages that answer one message. A stream that its upstream closes before the answer is resumed here, where it can be: the client
 * knows nothing of streams.
 */
final class Answering {

    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How often in a row a stream is resumed that neither lasts nor brings anything new. */
    private static final int MOST_RESUMED = 20;

    /** What lasts so long is no failure: who closes silent streams, as proxies do, closes this one too. */
    private static final Duration LASTING = Duration.ofSeconds(1);

    private static final int METHOD_NOT_FOUND = -32601;

    private final Calls calls;
    private final Agreement agreement;
    private final Said said;
    private final Duration limit;
    private final long started = now();
    private @Nullable String lastEvent;
    private long begun = started;
    private boolean answered;
    private boolean lost;
    private boolean late;
    private int resumed;

    /** @param limit for how long a stream is resumed, whatever it brings */
    Answering(Calls calls, Agreement agreement, Said said, Duration limit) {
        this.calls = calls;
        this.agreement = agreement;
        this.said = said;
        this.limit = limit;
    }

    private static long now() {
        return Schedulers.parallel().now(TimeUnit.MILLISECONDS);
    }

    private static boolean isSince(long when, Duration time) {
        return now() - when >= time.toMillis();
    }

    /** Completes after the answer, which is an error where there is no other, or after the line's last event. Never errors. */
    Flux<SseEvent> messages() {
        return calls.carry(said.call(), said.permit())
                .flatMapMany(this::read)
                .concatWith(Flux.defer(this::rest))
                .onErrorResume(this::failed)
                .map(Line::event)
                .concatWith(Flux.defer(() -> lost ? Flux.just(Line.LAST) : Flux.empty()));
    }

    /** Whether a session was opened that the line has left by then. */
    boolean isLate() {
        return late;
    }

    private Flux<String> read(Reply reply) {
        if (!said.call().stateless()) {
            late |= agreement.openedLate(reply);
        }
        return switch (reply) {
            case Reply.Json json -> Flux.just(whole(json));
            case Reply.Empty _ -> Flux.empty();
            case Reply.Events events -> {
                begun = now();
                yield events.events()
                        .mapNotNull(this::message)
                        .onErrorComplete(error -> error instanceof Refusal && (answered || lastEvent != null));
            }
        };
    }

    private String whole(Reply.Json json) {
        String text = new String(json.body(), UTF_8);
        String id = said.call().id();
        lost = isAboutSession(json.status(), text) && agreement.lost(said.call().request());
        if (json.status() < 400 || id == null) {
            return noted(text);
        }
        answered = true;
        return failure(text, id)
                .orElseGet(() -> RpcError.of(new Reason.UpstreamFailed("The upstream failed", json.status()))
                        .json(id));
    }

    /** 404 says that there is no such session (2025-11-25, Session Management), or no such method. */
    private static boolean isAboutSession(int status, String text) {
        return status == 404
                && !(Message.tryRead(text).orElse(null) instanceof Message.Failure failure
                        && failure.code() == METHOD_NOT_FOUND);
    }

    /** An upstream's error without an id is still the answer to this request. Empty where it is no error of JSON-RPC. */
    private static Optional<String> failure(String text, String id) {
        return Message.tryRead(text)
                .filter(Message.Failure.class::isInstance)
                .map(failure -> ((Message.Failure) failure).to(id).json());
    }

    private @Nullable String message(SseEvent event) {
        if (event.id() != null && !event.id().equals(lastEvent)) {
            lastEvent = SseEvent.resumed(event.id());
            resumed = 0;
        }
        boolean message = event.event() == null || event.event().equals("message");
        if (!message || event.data() == null || event.data().isEmpty()) {
            return null;
        }
        return noted(event.data());
    }

    private String noted(String text) {
        if (!said.isRequest()
                || !(Message.ofUpstream(text) instanceof Message.Response response)
                || !Objects.equals(response.id(), said.call().id())) {
            return text;
        }
        answered = true;
        return said.is("initialize") && response instanceof Message.Result result
                ? agreement.initialized(said.permit().arrival().body(), result, text)
                : text;
    }

    /** What comes after a stream that ended before the answer. */
    private Flux<String> rest() {
        if (answered || !said.isRequest()) {
            return Flux.empty();
        }
        resumed = isSince(begun, LASTING) ? 0 : resumed;
        String id = lastEvent;
        if (id == null || ++resumed > MOST_RESUMED || isSince(started, limit)) {
            return Flux.error(new Refusal(new Reason.UpstreamFailed(
                    "The upstream broke off before it answered; whether it did the work is not known", null)));
        }
        return Mono.delay(PAUSE)
                .then(Mono.defer(() -> {
                    begun = now();
                    return calls.carry(resuming(id), Mono.empty());
                }))
                .onErrorResume(Answering::mayPass, _ -> Mono.empty())
                .flatMapMany(this::read)
                .concatWith(Flux.defer(this::rest));
    }

    /** Whether a stream that cannot be resumed just now may be later. */
    private static boolean mayPass(Throwable error) {
        return error instanceof Refusal refusal && refusal.reason() instanceof Reason.UpstreamFailed;
    }

    private Call resuming(String id) {
        var call = said.call();
        return Call.onLine(Heads.bodiless("GET", call.request(), agreement, id), Objects.requireNonNull(call.target()));
    }

    private Flux<String> failed(Throwable error) {
        if (!(error instanceof Refusal)) {
            LOG.error("Call {} failed", said.call().request().correlationId(), error);
        }
        if (error instanceof Refusal refusal && refusal.reason() instanceof Reason.SessionEnded) {
            lost = agreement.lost(said.call().request());
        }
        if (!said.isRequest() || answered) {
            return Flux.empty();
        }
        var shown = error instanceof Refusal refusal
                ? RpcError.of(refusal.reason())
                : RpcError.bug(said.call().request().correlationId());
        return Flux.just(shown.json(said.call().id()));
    }
}
