import type { ReactElement, ReactNode } from 'react';

/** `along`: points along the line, so it turns where this runs from right to left. */
function icon(paths: ReactNode, along = false): () => ReactElement {
  return function Icon() {
    return (
      <svg
        className={along ? 'icon icon-along' : 'icon'}
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {paths}
      </svg>
    );
  };
}

export const QueueIcon = icon(
  <>
    <path d="M3 11.500h3.600l1.400 2.500h4l1.400-2.500H17" />
    <path d="M5 4.500h10l2 7v3a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 3 14.500v-3z" />
  </>,
);
export const PersonIcon = icon(
  <>
    <circle cx="10" cy="6.800" r="3" />
    <path d="M4 16.500c.5-3 2.800-4.700 6-4.700s5.500 1.700 6 4.700" />
  </>,
);
export const BotIcon = icon(
  <>
    <rect x="4" y="7" width="12" height="9" rx="2.500" />
    <path d="M10 7V4M8 11v1.500M12 11v1.500" />
    <circle cx="10" cy="3.500" r=".6" fill="currentColor" />
  </>,
);
export const DoneIcon = icon(
  <>
    <circle cx="10" cy="10" r="7" />
    <path d="m7 10.200 2.100 2.100L13.200 8" />
  </>,
);
export const NoteIcon = icon(
  <>
    <path d="M5.500 3.500h9A1.500 1.500 0 0 1 16 5v7l-4 4.500H5.500A1.500 1.500 0 0 1 4 15V5a1.500 1.500 0 0 1 1.500-1.500z" />
    <path d="M16 12h-2.500a1.500 1.500 0 0 0-1.500 1.500v3M7 7.500h6M7 10.500h3" />
  </>,
);
export const SendIcon = icon(
  <path d="M16.500 3.500 9 11M16.500 3.500l-4.700 13L9 11 3.500 8.200z" />,
  true,
);
export const PanelIcon = icon(
  <>
    <rect x="3" y="4" width="14" height="12" rx="2" />
    <path d="M12.500 4v12" />
  </>,
  true,
);
export const BackIcon = icon(<path d="M12 4.500 6.500 10l5.500 5.500" />, true);
export const CloseIcon = icon(<path d="m5.500 5.500 9 9m0-9-9 9" />);
export const ReturnIcon = icon(<path d="M8 5 4 9l4 4M4.500 9H12a4 4 0 0 1 0 8h-1.500" />, true);
export const LockIcon = icon(
  <>
    <rect x="5" y="9" width="10" height="7.500" rx="1.800" />
    <path d="M7 9V6.500a3 3 0 0 1 6 0V9" />
  </>,
);
export const ShieldIcon = icon(
  <>
    <path d="M10 3 4.500 5v4.500c0 3.500 2.200 6 5.500 7.500 3.300-1.500 5.500-4 5.500-7.500V5z" />
    <path d="m7.600 10 1.700 1.700 3.200-3.300" />
  </>,
);
export const CoinIcon = icon(
  <>
    <circle cx="10" cy="10" r="7" />
    <path d="M12.300 7.500c-.5-.7-1.300-1-2.300-1-1.300 0-2.200.7-2.200 1.700 0 2.400 4.600 1.200 4.600 3.600 0 1-1 1.700-2.400 1.700-1.100 0-2-.4-2.500-1.100M10 5.300v9.400" />
  </>,
);
export const KeysIcon = icon(
  <>
    <rect x="2.500" y="5.500" width="15" height="9" rx="2" />
    <path d="M5.500 8.500h.01M8.500 8.500h.01M11.500 8.500h.01M14.500 8.500h.01M7 11.500h6" />
  </>,
);
export const DownIcon = icon(<path d="M10 4v11.500M5.500 11l4.500 4.500 4.500-4.500" />);
export const WarnIcon = icon(
  <>
    <path d="M10 3.500 2.800 16h14.400z" />
    <path d="M10 8.500v3.300M10 13.900v.01" />
  </>,
);
export const CopyIcon = icon(
  <>
    <rect x="7" y="7" width="9.500" height="9.500" rx="2" />
    <path d="M13 7V5.500A2 2 0 0 0 11 3.500H5.500a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7" />
  </>,
);
export const TickIcon = icon(<path d="m4.500 10.500 3.500 3.500 7.500-8" />);
/** What is owed by a time. */
export const DueIcon = icon(
  <path d="M5.500 3h9M5.500 17h9M7 3c0 4 6 4.500 6 7s-6 3-6 7M13 3c0 4-6 4.500-6 7s6 3 6 7" />,
);
export const SnoozeIcon = icon(
  <>
    <circle cx="10" cy="10.500" r="6.500" />
    <path d="M10 7v3.700l2.300 1.500M4 3.500 2.500 5M16 3.500 17.500 5" />
  </>,
);
export const TeamIcon = icon(
  <>
    <circle cx="7.500" cy="7.200" r="2.500" />
    <path d="M2.800 15.500c.4-2.500 2.200-4 4.700-4s4.300 1.500 4.700 4M12.600 5.100a2.500 2.500 0 0 1 0 4.300M14.300 12c1.600.5 2.600 1.700 2.900 3.500" />
  </>,
);
export const SearchIcon = icon(
  <>
    <circle cx="9" cy="9" r="5.200" />
    <path d="m13 13 3.800 3.800" />
  </>,
);
export const FilterIcon = icon(<path d="M3.500 5.500h13m-10.500 4.500h8m-5.500 4.500h3" />);
export const FloorIcon = icon(<path d="M3.500 16.500v-5m4.300 5v-9m4.400 9v-6m4.300 6v-12" />);
export const GearIcon = icon(
  <>
    <path d="M4 6h6m4 0h2M4 14h2m4 0h6" />
    <circle cx="12" cy="6" r="2" />
    <circle cx="8" cy="14" r="2" />
  </>,
);
export const TransferIcon = icon(
  <path d="M3.500 7h11.500m-3-3 3 3-3 3M16.500 13H5m3-3-3 3 3 3" />,
  true,
);
export const ClipIcon = icon(
  <path d="m14.800 9.300-5.200 5.200a3.200 3.200 0 0 1-4.500-4.500l5.700-5.700a2.100 2.100 0 0 1 3 3l-5.600 5.600a1 1 0 0 1-1.500-1.400l4.800-4.800" />,
);
export const FileIcon = icon(
  <>
    <path d="M5.500 3.500h6l3.500 3.500v8A1.500 1.500 0 0 1 13.500 16.500h-8A1.500 1.500 0 0 1 4 15V5a1.500 1.500 0 0 1 1.500-1.500z" />
    <path d="M11 3.800v3.700h3.800" />
  </>,
);
export const EyeIcon = icon(
  <>
    <path d="M2.500 10S5 5 10 5s7.500 5 7.500 5-2.500 5-7.500 5-7.500-5-7.500-5z" />
    <circle cx="10" cy="10" r="2.200" />
  </>,
);
export const BoltIcon = icon(<path d="M11 3 4.500 11.500H9.500L9 17l6.500-8.500h-5z" />);
export const StarIcon = icon(
  <path d="m10 3.500 2 4.200 4.500.6-3.300 3.200.8 4.600-4-2.200-4 2.200.8-4.600L3.500 8.300l4.500-.6z" />,
);
