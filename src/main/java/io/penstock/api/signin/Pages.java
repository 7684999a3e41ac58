package io.penstock.api.signin;

import io.penstock.api.entrance.Problem;
import io.penstock.caller.Caller;
import io.penstock.wire.Refusal.Reason;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.HtmlUtils;

/** The few pages that people see at a sign-in: text alone, without scripts, styles and pictures. */
final class Pages {

    static final MediaType HTML = MediaType.valueOf("text/html;charset=utf-8");

    private Pages() {}

    /** Whether a person waits for the answer. */
    static boolean wanted(ServerHttpRequest request) {
        String accepted = request.getHeaders().getFirst(HttpHeaders.ACCEPT);
        return accepted != null && accepted.contains("text/html");
    }

    static String signedIn(Caller caller) {
        return page(
                "Penstock",
                "<p>You are signed in as <strong>" + HtmlUtils.htmlEscape(caller.user()) + "</strong>.</p>\n"
                        + "<p><a href=\"/auth/me\">What you may do</a>, <a href=\"/docs\">the API</a></p>");
    }

    static ResponseEntity<String> refused(Reason reason, String correlationId) {
        String body = "<p>" + HtmlUtils.htmlEscape(reason.detail()) + ".</p>\n<p>Correlation id: <code>"
                + HtmlUtils.htmlEscape(correlationId)
                + "</code></p>\n<p><a href=\"/oauth/login\">Sign in again</a></p>";
        return ResponseEntity.status(Problem.status(reason))
                .contentType(HTML)
                .body(page("You are not signed in", body));
    }

    private static String page(String title, String body) {
        return """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>%s</title></head>
            <body>
            <h1>%s</h1>
            %s
            </body>
            </html>
            """.formatted(title, title, body);
    }
}
