package io.penstock.relay.leg;

import io.penstock.wire.Message;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One request under an id and a progress token of the leg's own, and what of an upstream's messages belongs to it. The client's own token
 * need not be unique upstream, where many clients may share a session.
 */
final class Exchange {

    private static final String PROGRESS = "notifications/progress";
    private static final String TOKEN = "progressToken";

    private final Message.Asked sent;
    private final @Nullable String clientToken;
    private volatile boolean answered;

    private Exchange(Message.Asked sent, @Nullable String clientToken) {
        this.sent = sent;
        this.clientToken = clientToken;
    }

    /**
     * The exchange of a client's request.
     *
     * @param dress what the era changes in its parameters
     */
    static Exchange of(Message.Asked request, String id, UnaryOperator<Params> dress) {
        var params = Params.of(request.params());
        String token = params.meta(TOKEN);
        var own = token == null ? params : params.withMeta(TOKEN, id);
        return new Exchange(
                new Message.Asked(id, request.method(), dress.apply(own).json()), token);
    }

    /** The request as it goes to the upstream. */
    Message.Asked sent() {
        return sent;
    }

    String id() {
        return sent.id();
    }

    /** Whether its response has come. */
    boolean isAnswered() {
        return answered;
    }

    /** Whether a notification tells of this exchange's progress. */
    boolean isProgress(Message.Told told) {
        return told.method().equals(PROGRESS)
                && sent.id().equals(Params.of(told.params()).get(TOKEN));
    }

    /** The response came, and nobody is to see it. */
    void settle() {
        answered = true;
    }

    /** What the reader is to see of a message; null where it belongs to another exchange. */
    @Nullable
    Message seen(Message message) {
        return switch (message) {
            case Message.Response response -> {
                boolean ours = response.id() == null || sent.id().equals(response.id());
                answered |= ours;
                yield ours ? response : null;
            }
            case Message.Told told
            when told.method().equals(PROGRESS) ->
                clientToken != null && isProgress(told) ? restored(told, clientToken) : null;
            case Message.Told told -> told;
            case Message.Asked asked -> asked;
        };
    }

    private static Message.Told restored(Message.Told told, String token) {
        return new Message.Told(
                told.method(), Params.of(told.params()).with(TOKEN, token).json());
    }
}
