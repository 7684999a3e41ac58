package io.penstock.api.browser;

import io.penstock.api.entrance.Problem;
import io.penstock.api.entrance.ResponseHeaders;
import io.penstock.caller.Caller;
import io.penstock.caller.Caller.Source;
import io.penstock.caller.Digest;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.HtmlUtils;
import reactor.core.publisher.Mono;

/** The few pages that people see: text and forms alone, without scripts and pictures, as their browsers show them by day and by night. */
public final class Pages {

    /** Long names and addresses would be wider than a telephone. */
    private static final String STYLE = "html { overflow-wrap: anywhere }";

    private static final MediaType HTML = MediaType.valueOf("text/html;charset=utf-8");
    private static final String POLICY = "default-src 'none'; style-src '" + hash(STYLE)
            + "'; frame-ancestors 'none'; base-uri 'none'; form-action ";

    private Pages() {}

    /** Whether a person waits for the answer. */
    public static boolean wanted(ServerHttpRequest request) {
        String accepted = request.getHeaders().getFirst(HttpHeaders.ACCEPT);
        return accepted != null && accepted.contains("text/html");
    }

    /**
     * Who is signed in, and where one signs out whose browser shows it by a session.
     *
     * @param console whether there is the console
     */
    public static ResponseEntity<String> signedIn(Caller caller, boolean console) {
        String out = caller.source() == Source.SESSION
                ? "\n<form method=\"post\" action=\"/oauth/logout\"><button type=\"submit\">Sign out</button></form>"
                : "";
        return withForm(200, "")
                .body(page(
                        "Penstock",
                        "<p>You are signed in as <strong>" + escaped(caller.user()) + "</strong>.</p>\n"
                                + (console ? "<p><a href=\"/console\">The console</a></p>\n" : "")
                                + "<p><a href=\"/auth/me\">What you may do</a>, <a href=\"/docs\">the API</a></p>"
                                + out));
    }

    /**
     * Says that one is signed out.
     *
     * @param provider where the provider's own session ends; null where that is not known
     */
    public static ResponseEntity<String> signedOut(@Nullable String provider) {
        String there = provider == null
                ? ""
                : "<p>Your identity provider may still know you: <a href=\"" + escaped(provider)
                        + "\">sign out there, too</a></p>\n";
        return answer(200, page("You are signed out", there + "<p><a href=\"/oauth/login\">Sign in again</a></p>"));
    }

    /** What went wrong, for a person. */
    public static ResponseEntity<String> refused(Failure failure, Reason reason, String correlationId) {
        return refused(failure, Problem.of(reason, correlationId));
    }

    /** A problem, for a person. */
    public static ResponseEntity<String> of(Problem problem) {
        return refused(new Failure(escaped(problem.title()), ""), problem);
    }

    private static ResponseEntity<String> refused(Failure failure, Problem problem) {
        return answer(
                problem.status(),
                page(
                        failure.title(),
                        "<p>" + escaped(problem.detail()) + ".</p>\n" + correlation(problem.correlationId())
                                + failure.again()));
    }

    /** The page of a refusal, for a person. Error: the refusal itself, for a program. */
    public static Mono<ResponseEntity<Object>> refused(
            Failure failure, Refusal refusal, Request request, ServerHttpRequest http) {
        if (!wanted(http)) {
            return Mono.error(refusal);
        }
        var page = refused(failure, refusal.reason(), request.correlationId());
        return Mono.just(ResponseEntity.status(page.getStatusCode())
                .headers(page.getHeaders())
                .body(page.getBody()));
    }

    /** By what an operator finds what happened. */
    public static String correlation(String id) {
        return "<p>Correlation id: <code>" + escaped(id) + "</code></p>\n";
    }

    /**
     * What did not come about.
     *
     * @param title of the page, in HTML
     * @param again what the person may do now, in HTML
     */
    public record Failure(String title, String again) {}

    /** Any text, in HTML. */
    public static String escaped(String text) {
        return HtmlUtils.htmlEscape(text);
    }

    public static ResponseEntity<String> answer(int status, String page) {
        return head(status, "'none'").body(page);
    }

    /**
     * What goes ahead of a page with a form.
     *
     * @param destinations where the form may lead beside here, as {@code form-action} writes it; empty for nowhere
     */
    static ResponseEntity.BodyBuilder withForm(int status, String destinations) {
        return head(status, "'self'" + destinations)
                // without it browsers do not say where a form comes from
                .header(ResponseHeaders.REFERRER_POLICY, "same-origin");
    }

    private static ResponseEntity.BodyBuilder head(int status, String forms) {
        return ResponseEntity.status(HttpStatusCode.valueOf(status))
                .contentType(HTML)
                .header(ResponseHeaders.POLICY, POLICY + forms);
    }

    /** By what a policy allows a style (CSP 3, 2.3.1). */
    private static String hash(String style) {
        return "sha256-"
                + Base64.getEncoder()
                        .encodeToString(HexFormat.of().parseHex(Digest.of(style).hex()));
    }

    /** A page of that title and body, both in HTML. */
    public static String page(String title, String body) {
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <style>%s</style>
            <title>%s</title>
            </head>
            <body>
            <h1>%s</h1>
            %s
            </body>
            </html>
            """.formatted(STYLE, title, title, body);
    }
}
