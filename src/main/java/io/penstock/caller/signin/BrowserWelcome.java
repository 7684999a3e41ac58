package io.penstock.caller.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.penstock.caller.Welcome;
import io.penstock.caller.flow.ReturnPath;
import io.penstock.wire.Request;
import java.net.URLEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends browsers that show no credential, or a session that has ended, to sign in and back. */
final class BrowserWelcome implements Welcome {

    /** Where a form is sent to its own page's address. */
    private static final String CONNECT = "/oauth/authorize/";

    private static final List<String> BEGINNINGS = List.of("/api/execute/", CONNECT);

    @Override
    public @Nullable String of(Request request) {
        String accepted = request.header(HttpHeaderNames.ACCEPT);
        boolean form = request.method().equals("POST") && request.path().startsWith(CONNECT);
        boolean browser = (request.method().equals("GET") || form)
                && accepted != null
                && accepted.contains("text/html")
                && !request.headers().contains(HttpHeaderNames.AUTHORIZATION);
        boolean place = request.path().equals("/") || BEGINNINGS.stream().anyMatch(request.path()::startsWith);
        return browser && place && ReturnPath.isOne(request.path())
                ? "/oauth/login?return_to=" + URLEncoder.encode(request.path(), UTF_8)
                : null;
    }
}
