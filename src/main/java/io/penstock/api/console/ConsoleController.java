package io.penstock.api.console;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.penstock.api.browser.PageFiles;
import io.penstock.api.browser.Pages;
import io.penstock.api.entrance.Open;
import io.penstock.caller.Callers;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.Request;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.stream.Stream;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * The console: pages from this server alone that use the REST API as everybody does. They have no rights of their own. Whoever is nobody gets the
 * page too, to sign in by, with 401; and whoever has to choose a password first, with 403.
 */
@Hidden
@RestController
final class ConsoleController {

    /** No markup is ever made of text: what upstreams say is shown here. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self';"
                    + " frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String PAGE = "index.html";

    private final PageFiles files = new PageFiles(
            POLICY,
            "same-origin", // without it browsers do not say where the form to sign out comes from
            Stream.of(
                            PAGE,
                            "console.css",
                            "console.js",
                            "contract.js",
                            "credential.js",
                            "dom.js",
                            "form.js",
                            "lists.js",
                            "names.js",
                            "pages.js",
                            "password.js",
                            "picker.js",
                            "rest.js",
                            "rights.js",
                            "sections.js",
                            "shown.js",
                            "thing.js")
                    .collect(toUnmodifiableMap(name -> name, name -> "console/" + name)));

    private final Callers callers;

    ConsoleController(Callers callers) {
        this.callers = callers;
    }

    @GetMapping("/console")
    @Open
    Mono<ResponseEntity<byte[]>> page(Request request, ServerHttpRequest http) {
        return callers.identify(request)
                .then(files.file(PAGE))
                .onErrorResume(
                        Refusal.class,
                        refusal -> isMendedThere(refusal.reason()) && Pages.wanted(http)
                                ? files.file(PAGE).map(page -> toMendItBy(refusal.reason(), page))
                                : Mono.error(refusal));
    }

    private static boolean isMendedThere(Reason reason) {
        return reason instanceof Reason.Unauthenticated || reason instanceof Reason.PasswordExpired;
    }

    private static ResponseEntity<byte[]> toMendItBy(Reason reason, ResponseEntity<byte[]> page) {
        return ResponseEntity.status(
                        reason instanceof Reason.PasswordExpired ? HttpStatus.FORBIDDEN : HttpStatus.UNAUTHORIZED)
                .headers(headers -> {
                    headers.addAll(page.getHeaders());
                    headers.remove(HttpHeaders.ETAG); // it is the page of who is known that a browser may have kept
                    headers.setCacheControl(CacheControl.noStore());
                })
                .body(page.getBody());
    }

    @GetMapping("/console/{file}")
    @Open(limited = false) // one page is a dozen of them, and their bytes are at hand
    Mono<ResponseEntity<byte[]>> file(@PathVariable String file) {
        return files.file(file);
    }
}
