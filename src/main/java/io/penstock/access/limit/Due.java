package io.penstock.access.limit;

import io.penstock.wire.Limit;
import io.penstock.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one call takes of all the limits that hold for it: of each or, where one refuses, of none. */
public final class Due {

    private record Share(Allowance allowance, Object key) {}

    private final List<Share> shares = new ArrayList<>();
    private int taken;
    private @Nullable Limit least;

    Due() {}

    /**
     * Adds a limit.
     *
     * @param allowance null where there is no such limit
     * @param key whom it counts; null where the call is nobody's in this respect
     */
    void add(@Nullable Allowance allowance, @Nullable Object key) {
        if (allowance != null && key != null) {
            shares.add(new Share(allowance, key));
        }
    }

    /**
     * Takes of what was added since it last took. The limit that the least is left of, of all; null where none holds.
     *
     * @throws Refusal {@code TooMany}
     */
    @Nullable
    Limit take() {
        for (; taken < shares.size(); taken++) {
            var share = shares.get(taken);
            try {
                Limit left = share.allowance().take(share.key());
                least = least == null || left.left() < least.left() ? left : least;
            } catch (Refusal refusal) {
                shares.subList(0, taken).forEach(before -> before.allowance().giveBack(before.key()));
                throw refusal;
            }
        }
        return least;
    }
}
