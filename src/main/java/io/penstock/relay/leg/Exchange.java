package io.penstock.relay.leg;

import io.penstock.wire.JsonParts;
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

    /** The token that the upstream has. */
    private final @Nullable String sentToken;

    private volatile boolean begun;
    private volatile boolean answered;

    private Exchange(Message.Asked sent, @Nullable String clientToken) {
        this.sent = sent;
        this.clientToken = clientToken;
        this.sentToken = Params.of(sent.params()).meta(TOKEN);
    }

    /**
     * The exchange of a client's request.
     *
     * @param dress what the era changes in its parameters
     */
    static Exchange of(Message.Asked request, String id, UnaryOperator<Params> dress) {
        var params = Params.of(request.params());
        String token = params.meta(TOKEN);
        var own = token == null || becomesTask(params) ? params : params.withMeta(TOKEN, id);
        return new Exchange(
                new Message.Asked(id, request.method(), dress.apply(own).json()), token);
    }

    /** The progress of a task is told when the exchange is long over, so the token has to be one that the client knows (2025-11-25, Tasks). */
    private static boolean becomesTask(Params params) {
        return JsonParts.isObject(params.get("task"));
    }

    /** A request that is the leg's own. */
    static Exchange own(Message.Asked request) {
        return new Exchange(request, null);
    }

    /** The request as it goes to the upstream. */
    Message.Asked sent() {
        return sent;
    }

    String id() {
        return sent.id();
    }

    /** Whether anything has come for it. */
    boolean isBegun() {
        return begun;
    }

    /** Whether its response has come. */
    boolean isAnswered() {
        return answered;
    }

    /** Whether it is progress of an exchange; that of a task is named after the task. */
    static boolean isProgress(Message.Told told) {
        return told.method().equals(PROGRESS) && Params.of(told.params()).meta(Params.TASK) == null;
    }

    /** The response came, and nobody is to see it. */
    void settle() {
        answered = true;
    }

    /** What the reader is to see of a message; null where it belongs to another exchange. */
    @Nullable
    Message seen(Message message) {
        Message seen = switch (message) {
            case Message.Response response -> isOurs(response) ? response : null;
            case Message.Told told when isProgress(told) -> progress(told);
            case Message.Told told -> told;
            case Message.Asked asked -> asked;
        };
        // set, and not read before: two streams may bring messages of one exchange at once
        if (seen != null) {
            begun = true;
        }
        if (seen instanceof Message.Response) {
            answered = true;
        }
        return seen;
    }

    private boolean isOurs(Message.Response response) {
        return response.id() == null || sent.id().equals(response.id());
    }

    private Message.@Nullable Told progress(Message.Told told) {
        boolean ours =
                sentToken != null && sentToken.equals(Params.of(told.params()).get(TOKEN));
        return ours && clientToken != null ? restored(told, clientToken) : null;
    }

    private static Message.Told restored(Message.Told told, String token) {
        return new Message.Told(
                told.method(), Params.of(told.params()).with(TOKEN, token).json());
    }
}
