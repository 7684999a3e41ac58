package io.penstock.api.documents;

import io.penstock.api.browser.PageFiles;
import io.penstock.api.entrance.Open;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The API to read in a browser: Swagger UI on {@code /openapi.json}, from this server alone. */
@Hidden
@RestController
final class DocsController {

    private static final String POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                    + " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private static final String PAGE = "index.html";
    private static final String LIBRARY = "META-INF/resources/webjars/swagger-ui/*/";

    private final PageFiles files = new PageFiles(
            POLICY,
            "no-referrer",
            Map.of(
                    PAGE,
                    "docs/" + PAGE,
                    "start.js",
                    "docs/start.js",
                    "swagger-ui.css",
                    LIBRARY + "swagger-ui.css",
                    "swagger-ui-bundle.js",
                    LIBRARY + "swagger-ui-bundle.js"));

    @GetMapping("/docs")
    @Open
    Mono<ResponseEntity<byte[]>> page() {
        return files.file(PAGE);
    }

    @GetMapping("/docs/{file}")
    @Open(limited = false) // constant bytes at hand
    Mono<ResponseEntity<byte[]>> file(@PathVariable String file) {
        return files.file(file);
    }
}
