package io.penstock.relay.leg;

import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion;
import io.penstock.wire.ProtocolVersion.Era;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An open way to one upstream for one {@link Party}, in whatever era the upstream speaks. */
public interface Leg {

    /** The answer to what an upstream asks while nobody is there to answer. */
    Message.Response NOBODY = new Message.Failure(null, "{\"code\":-32601,\"message\":\"Method not found\"}");

    /** What the upstream said of itself when it was greeted. */
    Greeting greeting();

    /**
     * One exchange: sends the request under an id of the leg's own and gives, in order and at the reader's pace, what the upstream says in
     * relation to it (notifications and requests of its own) and last the one {@link Message.Response}, whose id means nothing outside.
     *
     * <p>A request of the upstream's must be {@link #answer answered} for the exchange to go on; those of the stateless revision's
     * {@code input_required} come as requests too, and the retry is the leg's. Cancelling tells the upstream by its era's rule:
     * {@code notifications/cancelled}, or by closing the stream.
     *
     * @param request its id is not sent; {@code _meta} members of the stateless revision are the leg's to set or to leave out
     * @return error: {@code UpstreamFailed}, {@code UpstreamTimedOut}; {@code SessionEnded} where the upstream has forgotten the session
     *     and did not carry the request out
     */
    Flux<Message> ask(Message.Asked request);

    /**
     * As {@link #ask}, for a party that hears nothing else of the upstream's: also what the upstream says in the course of the exchange on a
     * stream that belongs to no request, where its era has one.
     */
    default Flux<Message> askListening(Message.Asked request) {
        return ask(request);
    }

    /** Answers a request that an exchange or {@link #listen} gave. Empty when it is on its way. */
    Mono<Void> answer(Message.Asked asked, Message.Response response);

    /** Passes a notification of the client's on. Empty when it was taken. */
    Mono<Void> tell(Message.Told notification);

    /**
     * What the upstream says that belongs to no request, until cancelled; ends where the upstream ends it, and is empty where the upstream
     * offers no such stream.
     *
     * @param stands runs when the upstream has taken all that is wanted, so that it tells of every change from then on; again where the leg
     *     has to begin anew, and never where the upstream does not say so
     */
    Flux<Message> listen(Interests interests, Runnable stands);

    /** Ends the leg and the upstream's session, if it has one; never errors. */
    Mono<Void> close();

    /**
     * What the upstream said of itself.
     *
     * @param transport {@code streamable_http} or {@code sse}
     * @param capabilities a JSON object
     * @param serverInfo a JSON object; null where it named none
     * @param instructions null where it gave none
     */
    record Greeting(
            ProtocolVersion version,
            String transport,
            String capabilities,
            @Nullable String serverInfo,
            @Nullable String instructions) {

        /** How the upstream keeps its sessions: a server over HTTP+SSE may agree on a revision that no longer has that transport. */
        public Era era() {
            if (version.era() == Era.STATELESS) {
                return Era.STATELESS;
            }
            return transport.equals("sse") ? Era.HTTP_SSE : Era.SESSIONS;
        }
    }

    /**
     * What a listener wants to hear.
     *
     * @param uris resources whose updates are wanted, for as long as it listens
     * @param tasks ids of tasks whose states are wanted; only a stateless upstream is asked for them, all others tell of every task
     * @param updates whether those of any other resource are wanted too: the party subscribes to them by requests of its own
     */
    record Interests(
            boolean tools, boolean prompts, boolean resources, Set<String> uris, Set<String> tasks, boolean updates) {

        public Interests {
            uris = Set.copyOf(uris);
            tasks = Set.copyOf(tasks);
        }

        /** Updates of the named resources only. */
        public Interests(boolean tools, boolean prompts, boolean resources, Set<String> uris) {
            this(tools, prompts, resources, uris, Set.of(), false);
        }
    }
}
