package io.penstock.api;

import io.penstock.api.entrance.Open;
import io.penstock.catalog.snapshot.Catalog;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Whether the gateway is there, and whether it takes calls; the details are on the management port. */
@RestController
final class StatusController {

    /** The first snapshot is there or it is not: this only guards against an answer that hangs. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final ApplicationAvailability availability;
    private final Catalog catalog;

    StatusController(ApplicationAvailability availability, Catalog catalog) {
        this.availability = availability;
        this.catalog = catalog;
    }

    /** The one word that load balancers look for. */
    record Status(String status) {}

    @Operation(summary = "Whether the gateway is there")
    @GetMapping("/health")
    @Open(limited = false) // one who watches must not take it for dead
    Status health() {
        return new Status("UP");
    }

    @Operation(summary = "Whether the gateway takes calls")
    @GetMapping("/ready")
    @Open(limited = false) // one who watches must not take it for dead
    Mono<ResponseEntity<Status>> ready() {
        if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            return Mono.just(notReady());
        }
        return catalog.ready()
                .timeout(PATIENCE)
                .thenReturn(ResponseEntity.ok(new Status("UP")))
                .onErrorReturn(notReady());
    }

    private static ResponseEntity<Status> notReady() {
        return ResponseEntity.status(503).header("Retry-After", "5").body(new Status("OUT_OF_SERVICE"));
    }
}
