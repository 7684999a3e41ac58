package io.penstock.relay.bridge;

import io.penstock.loop.Feed;
import io.penstock.relay.leg.Leg;
import io.penstock.relay.session.Session;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.RpcError;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A request under way at an upstream, read message by message by whichever response to the client is open just now. */
final class Exchange implements Disposable {

    /** Why a retry is refused whose call does not wait for it any more. */
    static final Reason OVER = new Reason.BadParams("The call that this answers has ended; call again");

    private final Leg leg;
    private final Message.Asked request;
    private final @Nullable Questions questions;
    private final Feed<Message> feed;
    private volatile @Nullable String progressToken;
    private volatile boolean disposed;
    private volatile boolean resumed;
    private volatile @Nullable String capabilities;
    private volatile Logs logs;

    /**
     * Begins with its first reader.
     *
     * @param request as the upstream gets it
     * @param capabilities what the client declared, a JSON object: it is asked nothing else in the course of it; null where it cannot be
     *     asked at all
     * @param questions those of a client with a session, which may be asked anything and told that a question is taken back; null for a
     *     client without, whose revision has three questions and no such word
     */
    Exchange(
            Leg leg,
            Message.Asked request,
            @Nullable String capabilities,
            @Nullable String progressToken,
            Logs logs,
            @Nullable Questions questions) {
        this.leg = leg;
        this.request = request;
        this.capabilities = capabilities;
        this.progressToken = progressToken;
        this.logs = logs;
        this.questions = questions;
        this.feed = new Feed<>(leg.ask(request));
    }

    Message.Asked request() {
        return request;
    }

    Leg leg() {
        return leg;
    }

    /** Goes on for a retry of a client without a session, which says anew what it wants to hear and can be asked. */
    void resumed(Declared declared) {
        resumed = true;
        progressToken = declared.progressToken();
        logs = Logs.from(declared.logLevel(), Logs.NONE);
        capabilities = declared.capabilities();
    }

    /** What comes next; empty once the call was disposed here. Error where the upstream ends without a response. */
    Mono<Message> next() {
        // repeated rather than called from within: there is room on the stack for some of what is hidden, not for any
        // number
        return feed.next()
                .switchIfEmpty(Mono.defer(() -> disposed ? Mono.empty() : Mono.error(brokenOff())))
                .flatMap(this::admitted)
                .repeat(() -> !disposed)
                .next()
                .onErrorMap(error -> resumed && isOfCaller(error), _ -> new Refusal(OVER));
    }

    /** Whether the right to the call has ended: its first request's credential, where a retry brings another one that is good. */
    private static boolean isOfCaller(Throwable error) {
        return error instanceof Refusal refusal
                && (refusal.reason() instanceof Reason.Unauthenticated
                        || refusal.reason() instanceof Reason.PasswordExpired
                        || refusal.reason() instanceof Reason.Barred
                        || refusal.reason() instanceof Reason.Forbidden);
    }

    private static Refusal brokenOff() {
        return new Refusal(new Reason.UpstreamFailed(
                "The upstream broke off before it answered; whether it did the work is not known", null));
    }

    /** Empty where the client gets nothing of it. */
    private Mono<Message> admitted(Message message) {
        return switch (message) {
            case Message.Asked asked
            when !mayAsk(capabilities, asked, questions != null) ->
                leg.answer(asked, unanswerable(asked))
                        .onErrorComplete(Questions::isGone)
                        .then(Mono.empty());
            case Message.Told told ->
                Mono.justOrEmpty(Notices.takesBack(told) ? takenBack(told) : Notices.shown(told, progressToken, logs));
            default -> Mono.just(message);
        };
    }

    private Message.@Nullable Told takenBack(Message.Told told) {
        return questions == null ? null : questions.takenBack(told);
    }

    /** The rest up to the next message that it is the client's turn after: a question or the response. */
    Flux<Message> turn() {
        return next().repeat(() -> !disposed).takeUntil(message -> !(message instanceof Message.Told));
    }

    /** Whether the client can be asked in the course of this to show its user a page to visit. */
    boolean opensUrls() {
        return Session.opensUrls(capabilities);
    }

    /** From now on nobody can be asked anything: the client is not there any more. */
    void unattended() {
        capabilities = null;
    }

    /** Everything up to the response, for a client that is not there any more. */
    Mono<Void> finish() {
        unattended();
        return next().repeat(() -> !disposed)
                .takeUntil(Message.Response.class::isInstance)
                .then();
    }

    /**
     * Servers must not ask for more than the client declared (2026-07-28, Basic; 2025-11-25, Lifecycle).
     *
     * @param declared a JSON object; null where it cannot be asked at all
     * @param others whether the client says itself which other questions it does not know, as one with a session does
     */
    static boolean mayAsk(@Nullable String declared, Message.Asked asked, boolean others) {
        return declared != null
                && switch (asked.method()) {
                    case "sampling/createMessage" -> samples(JsonParts.member(declared, "sampling"), asked.params());
                    case "roots/list" -> JsonParts.isObject(JsonParts.member(declared, "roots"));
                    case "elicitation/create" ->
                        "\"url\"".equals(JsonParts.member(asked.params(), "mode"))
                                ? Session.opensUrls(declared)
                                : fillsForms(JsonParts.member(declared, "elicitation"));
                    default -> others;
                };
    }

    /** With tools it samples only where it says so; what context it adds is its own to decide (2025-11-25, Sampling). */
    private static boolean samples(@Nullable String sampling, @Nullable String params) {
        boolean tools = isGiven(params, "tools") || isGiven(params, "toolChoice");
        return JsonParts.isObject(tools ? JsonParts.member(sampling, "tools") : sampling);
    }

    private static boolean isGiven(@Nullable String params, String key) {
        String value = JsonParts.member(params, key);
        return value != null && !value.equals("null");
    }

    /** Whoever does not speak of pages fills forms, as when there was nothing else (2025-11-25, Elicitation, "Capabilities"). */
    private static boolean fillsForms(@Nullable String elicitation) {
        return JsonParts.isObject(JsonParts.member(elicitation, "form"))
                || (JsonParts.isObject(elicitation) && JsonParts.member(elicitation, "url") == null);
    }

    /** What an upstream is answered that asks for more. */
    static Message.Failure unanswerable(Message.Asked asked) {
        return Message.Failure.of(asked.id(), RpcError.of(new Reason.UnknownMethod(asked.method())));
    }

    @Override
    public void dispose() {
        disposed = true;
        feed.dispose();
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }
}
