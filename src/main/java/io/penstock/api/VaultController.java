package io.penstock.api;

import io.penstock.access.Permission;
import io.penstock.api.entrance.Needs;
import io.penstock.store.sealed.VaultReport;
import io.penstock.store.sealed.VaultReport.Column;
import io.penstock.store.sealed.VaultReport.HeldKey;
import io.penstock.store.sealed.VaultReport.HeldValues;
import io.penstock.store.sealed.VaultReport.State;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The keys of the vault, for administrators: which there are and what they hold, never themselves. */
@RestController
public final class VaultController {

    private final VaultReport report;

    VaultController(VaultReport report) {
        this.report = report;
    }

    /**
     * A key as administrators read it.
     *
     * @param origin the setting that this replica has it from; null where it does not have it
     * @param seals whether this replica seals with it
     * @param chosen whether values are sealed anew with it
     * @param lastSealing when a replica last said that it seals with it
     * @param removable whether it can be taken out of the settings
     */
    record KeyView(
            String id,
            @Nullable String origin,
            boolean seals,
            boolean chosen,
            @Nullable Instant lastSealing,
            long values,
            boolean removable) {

        static KeyView of(HeldKey key) {
            return new KeyView(
                    key.id(),
                    key.origin(),
                    key.seals(),
                    key.chosen(),
                    key.lastSealing(),
                    key.values(),
                    key.removable());
        }
    }

    /** What one key sealed of a column; what does not last is not sealed anew. */
    record ColumnView(String table, String column, boolean lasting, String keyId, long values) {

        static ColumnView of(HeldValues held) {
            return new ColumnView(
                    held.column().table(), held.column().column(), held.lasting(), held.keyId(), held.values());
        }
    }

    /** @param uncounted columns of values that do not last, and which were too many to be counted now: no key is removable then */
    record VaultView(List<KeyView> keys, List<ColumnView> values, List<Column> uncounted) {

        static VaultView of(State state) {
            return new VaultView(
                    state.keys().stream().map(KeyView::of).toList(),
                    state.values().stream().map(ColumnView::of).toList(),
                    state.uncounted());
        }
    }

    @Operation(summary = "Which keys seal and open secrets, and how many values each still holds")
    @GetMapping("/admin/vault")
    @Needs(Permission.AUDIT_READ)
    Mono<VaultView> vault() {
        return report.now().map(VaultView::of);
    }
}
