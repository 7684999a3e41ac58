package io.penstock.api.support;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.penstock.catalog.Gateway;
import io.penstock.catalog.snapshot.Catalog;
import io.penstock.health.Health;
import io.penstock.store.Census;
import io.penstock.vault.KnownWeaknesses;
import io.penstock.vault.Weakness;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Puts together what tells how this replica is set up and how it is. */
@Component
final class SupportBundle {

    /** How the tags of clients and pools end that say where an upstream is. */
    private static final String ADDRESS = "address";

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,64}");

    private final ShownSettings settings;
    private final @Nullable BuildProperties build;
    private final MeterRegistry meters;
    private final Catalog catalog;
    private final KnownWeaknesses weaknesses;
    private final Census census;
    private final Health health;

    SupportBundle(
            ShownSettings settings,
            ObjectProvider<BuildProperties> build,
            MeterRegistry meters,
            Catalog catalog,
            KnownWeaknesses weaknesses,
            Census census,
            Health health) {
        this.settings = settings;
        this.build = build.getIfAvailable();
        this.meters = meters;
        this.catalog = catalog;
        this.weaknesses = weaknesses;
        this.census = census;
        this.health = health;
    }

    /**
     * What is sent along.
     *
     * @param version the gateway's; null where it was not built as a package
     * @param commit what it was built from; null where that was not told
     * @param settings by property; secrets say only whether they are set
     * @param database null where the database is away, and {@code databaseError} says of what kind the error is
     */
    record Contents(
            Instant at,
            @Nullable String version,
            @Nullable String commit,
            Machine machine,
            Map<String, String> settings,
            List<Weakness> posture,
            List<OneGateway> gateways,
            Census.@Nullable Figures database,
            @Nullable String databaseError,
            List<Metric> metrics) {}

    /** A gateway without its name, address and owner. */
    record OneGateway(
            UUID id,
            boolean enabled,
            @Nullable Boolean healthy,
            int failures,
            String circuit,
            String transport,
            @Nullable String protocolVersion,
            String authType,
            boolean ownTls,
            @Nullable Instant lastSeenAt) {}

    /** A meter as it stands now. */
    record Metric(String name, Map<String, String> tags, Map<String, String> values) {}

    /** Never empty, and no error where the database is away. */
    Mono<Contents> now() {
        return Mono.fromCallable(this::ofMemory)
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(contents -> census.now()
                        .map(figures -> with(contents, figures, null))
                        .onErrorResume(away ->
                                Mono.just(with(contents, null, away.getClass().getSimpleName()))));
    }

    private Contents ofMemory() {
        return new Contents(
                Instant.now(),
                build == null ? null : build.getVersion(),
                commit(),
                Machine.now(),
                settings.all(),
                weaknesses.all(),
                catalog.snapshot().gateways().stream().map(this::gateway).toList(),
                null,
                null,
                metrics());
    }

    /** A source tree without git leaves something else there. */
    private @Nullable String commit() {
        String told = build == null ? null : build.get("commit");
        return told != null && COMMIT.matcher(told).matches() ? told : null;
    }

    private static Contents with(Contents contents, Census.@Nullable Figures figures, @Nullable String error) {
        return new Contents(
                contents.at(),
                contents.version(),
                contents.commit(),
                contents.machine(),
                contents.settings(),
                contents.posture(),
                contents.gateways(),
                figures,
                error,
                contents.metrics());
    }

    private OneGateway gateway(Gateway gateway) {
        var status = gateway.status();
        var condition = status.condition();
        return new OneGateway(
                gateway.id(),
                gateway.enabled(),
                condition.healthy(),
                condition.failures(),
                health.circuit(gateway.id()),
                gateway.transport().name(),
                condition.protocolVersion(),
                gateway.auth().type(),
                gateway.tls() != null,
                status.lastSeenAt());
    }

    private List<Metric> metrics() {
        List<Metric> all = new ArrayList<>();
        meters.forEachMeter(meter -> all.add(metric(meter)));
        return all;
    }

    private static Metric metric(Meter meter) {
        Map<String, String> values = new TreeMap<>();
        meter.measure()
                .forEach(measured -> values.put(
                        measured.getStatistic().getTagValueRepresentation(), String.valueOf(measured.getValue())));
        return new Metric(
                meter.getId().getName(),
                meter.getId().getTags().stream()
                        .filter(tag -> !tag.getKey().endsWith(ADDRESS))
                        .collect(Collectors.toMap(Tag::getKey, Tag::getValue)),
                values);
    }
}
