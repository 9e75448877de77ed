package io.millrace.objects;

import io.millrace.content.ChannelBody;
import io.millrace.http.Body;
import io.millrace.meta.ObjectMeta;
import io.millrace.tree.Version;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * An object that is open for reading.
 *
 * <p>Threads: one at a time.
 *
 * @param version the version that is open
 * @param channel where its bytes are
 * @param meta what is kept beside them
 */
public record OpenObject(Version version, SeekableByteChannel channel, ObjectMeta meta)
        implements Content {

    /** The object, which owns the channel from here on. */
    @Override
    public Body body() {
        return ChannelBody.of(channel, 0, version.sizeBytes());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
