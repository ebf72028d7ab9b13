// The app says where it listens; that belongs to the test that started it, not between the runner's lines.
[assembly: CaptureConsole]
