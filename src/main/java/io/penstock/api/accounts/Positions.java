package io.penstock.api.accounts;

import io.penstock.account.Position;
import io.penstock.catalog.Cursor;
import org.jspecify.annotations.Nullable;

/** Pages of accounts and those of the catalog go on alike. */
final class Positions {

    private Positions() {}

    static @Nullable Position of(@Nullable Cursor cursor) {
        return cursor == null ? null : new Position(cursor.at(), cursor.id());
    }
}
