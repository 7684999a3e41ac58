package io.penstock.relay.through;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permit;
import io.penstock.egress.plain.Answered;
import io.penstock.relay.RelaySettings;
import io.penstock.relay.session.Session;
import io.penstock.relay.session.SessionTokens;
import io.penstock.wire.HeaderNames;
import io.penstock.wire.Joined;
import io.penstock.wire.JsonParts;
import io.penstock.wire.Message;
import io.penstock.wire.ProtocolVersion.Era;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Refusal.Reason.UpstreamFailed.How;
import io.penstock.wire.Reply;
import io.penstock.wire.RpcError;
import io.penstock.wire.SseDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;

/** Reads one upstream's answer to one call. */
final class Answers {

    /** Statuses that say something about the request or the session, so the client is to see them; all other failures are ours to tell. */
    private static final Set<Integer> CLIENTS_OWN = Set.of(400, 404, 406, 409, 410, 413, 415, 422, 429);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    /** In seconds. An upstream must not send clients away for ever. */
    private static final int LONGEST_AWAY = 3600;

    private static final String JSON_RPC = "\"2.0\"";

    private final Permit permit;
    private final Session.@Nullable Passed session;
    private final SessionTokens sessions;
    private final RelaySettings settings;
    private final @Nullable Mono<Reply> again;
    private final Runnable givenUp;

    /**
     * @param again the same call once more, where the upstream breaks off; null where that is its end
     * @param givenUp runs where the rest of a stream is not waited for any more
     */
    Answers(
            Permit permit,
            Session.@Nullable Passed session,
            SessionTokens sessions,
            RelaySettings settings,
            @Nullable Mono<Reply> again,
            Runnable givenUp) {
        this.permit = permit;
        this.session = session;
        this.sessions = sessions;
        this.settings = settings;
        this.again = again;
        this.givenUp = givenUp;
    }

    /** The reply; the connection goes back to its pool when the answer was read to its end, and is closed otherwise. */
    Mono<Reply> read(HttpClientResponse response, Connection connection) {
        int status = response.status().code();
        HttpHeaders headers = response.responseHeaders();
        if (status == 200 && type(headers).equals("text/event-stream")) {
            return Mono.fromSupplier(() -> events(headers, connection.inbound().receive(), connection));
        }
        return joined(connection).map(body -> whole(status, headers, body)).doOnError(e -> connection.dispose());
    }

    /** The reply that an answer is. */
    Reply of(Answered answered) {
        return switch (answered) {
            case Answered.Whole(int status, var headers, var body) -> whole(status, headers, body);
            case Answered.Streaming(var _, var headers, var body, var source) -> events(headers, body, source);
        };
    }

    private Reply whole(int status, HttpHeaders headers, byte[] body) {
        if (status < 300 && isTaken()) {
            return new Reply.Empty(202); // some say in words too that they took it
        }
        if (isCompressed(headers)) {
            throw compressed(status);
        }
        return status < 300 ? accepted(status, headers, body) : failed(status, headers, body);
    }

    /** No compression is asked for, and clients would take the bytes for JSON. */
    private static boolean isCompressed(HttpHeaders headers) {
        return headers.contains(HttpHeaderNames.CONTENT_ENCODING);
    }

    private static Refusal compressed(int status) {
        return failedWith("The upstream answered with a compressed body, which was not asked for", status);
    }

    private static String type(HttpHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).trim().toLowerCase(Locale.ROOT);
    }

    private Mono<byte[]> joined(Connection connection) {
        long limit = settings.maxAnswer().toBytes();
        return connection
                .inbound()
                .receive()
                .reduceWith(() -> new Joined(limit, -1), (whole, part) -> add(whole, part, limit))
                .map(Joined::bytes);
    }

    private static Joined add(Joined whole, ByteBuf part, long limit) {
        if (!whole.add(part)) {
            throw tooLarge(limit);
        }
        return whole;
    }

    /** What an answer is that is larger than may be. */
    static Refusal tooLarge(long limit) {
        return new Refusal(new Reason.UpstreamFailed(
                "The upstream's answer is larger than " + limit + " bytes", null, How.TOO_LARGE));
    }

    private Reply accepted(int status, HttpHeaders headers, byte[] body) {
        if (body.length == 0) {
            return new Reply.Empty(status);
        }
        if (!type(headers).equals("application/json")) {
            throw failedWith("The upstream answered with content that is no MCP", status);
        }
        return new Reply.Json(status, body, opened(headers));
    }

    /** Whether it is a notification or a response, which are accepted with 202 (2025-11-25, Streamable HTTP; 2026-07-28, the same). */
    private boolean isTaken() {
        return permit.arrival().envelope() != null && request() == null;
    }

    private @Nullable String opened(HttpHeaders headers) {
        String upstreamId = headers.get(HeaderNames.SESSION);
        if (upstreamId == null || permit.arrival().era() == Era.STATELESS) {
            return null;
        }
        if (session != null) {
            return session.upstreamId().equals(upstreamId)
                    ? session.sealed()
                    : sessions.seal(permit, upstreamId, session.opensUrls());
        }
        if (permit.arrival().envelope() == null) {
            return sessions.seal(permit, upstreamId, false);
        }
        String params = JsonParts.member(new String(permit.arrival().body(), StandardCharsets.UTF_8), "params");
        return sessions.seal(permit, upstreamId, Session.opensUrls(JsonParts.member(params, "capabilities")));
    }

    /** An upstream's 401 and 403 speak of the gateway's credential and its challenge names another resource: neither goes on. */
    private Reply failed(int status, HttpHeaders headers, byte[] body) {
        if (status == 401 || status == 403) {
            throw failedWith("The upstream refused the gateway's credential", status);
        }
        if (status == 405) {
            throw new Refusal(new Reason.MethodNotAllowed("POST"));
        }
        if (status == 504) {
            throw new Refusal(new Reason.UpstreamTimedOut("The upstream's own upstream did not answer in time"));
        }
        if (!CLIENTS_OWN.contains(status)) {
            throw failedWith(
                    status < 400 ? "The upstream redirects, and redirects are not followed" : "The upstream failed",
                    status);
        }
        boolean json = type(headers).equals("application/json");
        return new Reply.Json(status, json ? error(body) : refused(), null, status == 429 ? retryAfter(headers) : null);
    }

    /** Null for none, or for a date: its clock is not this one's. */
    private static @Nullable Duration retryAfter(HttpHeaders headers) {
        String seconds = headers.get(HttpHeaderNames.RETRY_AFTER, "").trim();
        return SECONDS.matcher(seconds).matches()
                ? Duration.ofSeconds(Math.min(Integer.parseInt(seconds), LONGEST_AWAY))
                : null;
    }

    /** The upstream's error, under the request's id. What is no error of JSON-RPC may be anything, a stack trace of the upstream's among it. */
    private byte[] error(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return Message.tryRead(text).orElse(null) instanceof Message.Failure failure
                        && JSON_RPC.equals(JsonParts.members(text).get("jsonrpc"))
                ? new Message.Failure(request(), failure.error()).json().getBytes(StandardCharsets.UTF_8)
                : refused();
    }

    private byte[] refused() {
        return RpcError.of(new Reason.Malformed("The upstream refused the request"))
                .bytes(request());
    }

    private @Nullable String request() {
        return StreamedAnswer.request(permit.arrival());
    }

    private static Refusal failedWith(String detail, int status) {
        return new Refusal(new Reason.UpstreamFailed(detail, status));
    }

    /** @param connection what to dispose where no more of the body is wanted */
    private Reply events(HttpHeaders headers, Flux<ByteBuf> body, Disposable connection) {
        try {
            if (isCompressed(headers)) {
                throw compressed(200);
            }
            String opened = opened(headers);
            var stream = new StreamedAnswer(permit.arrival(), settings.callLimit(), again, givenUp);
            var events =
                    stream.events(SseDecoder.decode(body, settings.maxAnswer().toBytes()), connection);
            return new Reply.Events(events, connection, opened);
        } catch (Refusal unusable) {
            connection.dispose();
            throw unusable;
        }
    }
}
