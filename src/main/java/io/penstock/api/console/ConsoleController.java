package io.penstock.api.console;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.penstock.api.browser.PageFiles;
import io.penstock.api.entrance.Open;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The console: pages from this server alone that use the REST API as everybody does. They have no rights of their own, so anybody may load them. */
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
            Stream.of(
                            PAGE,
                            "console.css",
                            "console.js",
                            "contract.js",
                            "dom.js",
                            "form.js",
                            "lists.js",
                            "pages.js",
                            "picker.js",
                            "rest.js",
                            "rights.js",
                            "sections.js",
                            "shown.js",
                            "thing.js")
                    .collect(toUnmodifiableMap(name -> name, name -> "console/" + name)));

    @GetMapping("/console")
    @Open
    Mono<ResponseEntity<byte[]>> page() {
        return files.file(PAGE);
    }

    @GetMapping("/console/{file}")
    @Open
    Mono<ResponseEntity<byte[]>> file(@PathVariable String file) {
        return files.file(file);
    }
}
