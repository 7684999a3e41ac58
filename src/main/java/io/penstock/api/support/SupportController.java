package io.penstock.api.support;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Needs;
import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The support bundle, for administrators. */
@RestController
public final class SupportController {

    private static final String ATTACHED = ContentDisposition.attachment()
            .filename("penstock-support.json")
            .build()
            .toString();

    private final SupportBundle bundle;

    SupportController(SupportBundle bundle) {
        this.bundle = bundle;
    }

    @Operation(
            summary =
                    "How this replica is set up and how it is, without secrets, as one document to send along with a question")
    @GetMapping("/admin/support-bundle")
    @Needs(value = Permission.AUDIT_READ, action = "export")
    Mono<ResponseEntity<SupportBundle.Contents>> download() {
        return bundle.now()
                .map(contents -> ResponseEntity.ok()
                        .header(HttpHeaders.CONTENT_DISPOSITION, ATTACHED)
                        .body(contents));
    }
}
