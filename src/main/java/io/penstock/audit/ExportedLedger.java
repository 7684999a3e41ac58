package io.penstock.audit;

import io.penstock.audit.Chain.Link;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The chains of an export. Read by a command, where nothing else waits. */
final class ExportedLedger implements Ledger {

    private final Path file;

    ExportedLedger(Path file) {
        this.file = file;
    }

    @Override
    public Flux<Chain> chains() {
        return lines().filter(ExportedLines::isChain).map(ExportedLines::chain);
    }

    @Override
    public Flux<Link> links(UUID chain) {
        String id = chain.toString();
        return lines().filter(line -> !ExportedLines.isChain(line)
                        && line.path("chain").asString("").equals(id))
                .map(ExportedLines::link);
    }

    /** An export has none. */
    @Override
    public Mono<Long> unchained() {
        return Mono.just(0L);
    }

    private Flux<JsonNode> lines() {
        return Flux.using(() -> Files.newBufferedReader(file), reader -> Flux.fromStream(reader.lines()))
                .map(ExportedLines::read);
    }
}
