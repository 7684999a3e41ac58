package io.penstock.api;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Needs;
import io.penstock.vault.KnownWeaknesses;
import io.penstock.vault.Weakness;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What makes this gateway easy to attack, for administrators: which settings, and what would be right; never their values. */
@RestController
public final class PostureController {

    private final KnownWeaknesses weaknesses;

    PostureController(KnownWeaknesses weaknesses) {
        this.weaknesses = weaknesses;
    }

    record PostureView(List<Weakness> weaknesses) {}

    @Operation(summary = "Which settings make the gateway easy to attack, and what would be right")
    @GetMapping("/admin/posture")
    @Needs(Permission.AUDIT_READ)
    Mono<PostureView> posture() {
        return Mono.fromSupplier(() -> new PostureView(weaknesses.all()));
    }
}
