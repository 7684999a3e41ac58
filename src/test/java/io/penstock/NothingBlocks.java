package io.penstock;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/** Makes a blocking call on a thread that must not block an error, in all tests. */
public final class NothingBlocks implements BeforeAllCallback {

    /** Does nothing after the first time. */
    @Override
    public void beforeAll(ExtensionContext context) {
        BlockHound.install();
    }
}
