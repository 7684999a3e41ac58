package io.penstock.api.documents;

import io.penstock.api.entrance.Open;
import io.penstock.api.entrance.ResponseHeaders;
import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import io.swagger.v3.oas.annotations.Hidden;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The API to read in a browser: Swagger UI on {@code /openapi.json}, from this server alone. */
@Hidden
@RestController
final class DocsController {

    private static final String POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                    + " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Penstock API</title>
            <link rel="stylesheet" href="/docs/swagger-ui.css">
            </head>
            <body>
            <div id="swagger-ui"></div>
            <script src="/docs/swagger-ui-bundle.js"></script>
            <script src="/docs/start.js"></script>
            </body>
            </html>
            """;

    private static final String START = """
            SwaggerUIBundle({url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null});
            """;

    private static final MediaType CSS = MediaType.valueOf("text/css;charset=utf-8");
    private static final MediaType SCRIPT = MediaType.valueOf("text/javascript;charset=utf-8");

    private final Map<String, Mono<ResponseEntity<byte[]>>> files = Map.of(
            "swagger-ui.css", file("swagger-ui.css", CSS),
            "swagger-ui-bundle.js", file("swagger-ui-bundle.js", SCRIPT),
            "start.js", Mono.just(answer(START.getBytes(java.nio.charset.StandardCharsets.UTF_8), SCRIPT)));

    @GetMapping("/docs")
    @Open
    ResponseEntity<byte[]> page() {
        return answer(
                PAGE.getBytes(java.nio.charset.StandardCharsets.UTF_8), MediaType.valueOf("text/html;charset=utf-8"));
    }

    @GetMapping("/docs/{file}")
    @Open
    Mono<ResponseEntity<byte[]>> file(@PathVariable String file) {
        return files.getOrDefault(
                file, Mono.error(() -> new Refusal(new Reason.NotFound("There is nothing at this path"))));
    }

    /** Read once, off the event loop: it lies in a jar. */
    private static Mono<ResponseEntity<byte[]>> file(String name, MediaType type) {
        return Mono.fromCallable(() -> answer(read(name), type))
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
    }

    private static byte[] read(String name) throws IOException {
        var found = new PathMatchingResourcePatternResolver()
                .getResources("classpath*:/META-INF/resources/webjars/swagger-ui/*/" + name);
        return found[0].getContentAsByteArray();
    }

    private static ResponseEntity<byte[]> answer(byte[] body, MediaType type) {
        return ResponseEntity.ok()
                .header(ResponseHeaders.POLICY, POLICY)
                .contentType(type)
                .body(body);
    }
}
