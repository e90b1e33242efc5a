namespace Robotics.Drivers.Mqtt;

/// <summary>
/// Passes messages that are newer than all before and refuses duplicates and late ones. Five refused in a row whose numbers ascend
/// by one are those of a device that has started again. Not thread-safe; does not allocate.
/// </summary>
internal struct SequenceFilter
{
    private const int RestartLength = 5;
    private bool _hasNewest;
    private uint _newest;
    private uint _refused;
    private int _run;

    /// <summary>True when a message with this number is to be used.</summary>
    public bool Accept(uint sequence)
    {
        // Numbers wrap: the shorter way round tells which one is newer.
        if (_hasNewest && (int)(sequence - _newest) <= 0)
        {
            _run = _run > 0 && sequence == _refused + 1 ? _run + 1 : 1;
            _refused = sequence;
            if (_run < RestartLength)
                return false;
        }

        (_hasNewest, _newest, _run) = (true, sequence, 0);
        return true;
    }
}
